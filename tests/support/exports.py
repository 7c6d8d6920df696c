"""Column heads of real exports from other programs and countries, with invented people.

Each has the heads of a whole export and what each column is to be taken for.
"""

from typing import Final

Case = tuple[str, str, dict[str, str]]

PROGRAMS: Final[tuple[Case, ...]] = (
    (
        "Action Network",
        (
            "first_name,last_name,email,zip_code,can2_phone,can2_user_tags,uuid\n"
            "Sam,Okafor,s@x.org,1,,a,u\nMia,Chen,m@x.org,2,,b,v\n"
        ),
        {"first_name": "first", "last_name": "last", "email": "email"},
    ),
    (
        "NationBuilder",
        (
            "nationbuilder_id,prefix,first_name,middle_name,last_name,suffix,full_name,email,email1,employer\n"
            "7,,Sam,,Okafor,,Sam Okafor,s@x.org,,ACME\n"
        ),
        {"first_name": "first", "last_name": "last", "email": "email"},
    ),
    (
        "CiviCRM",
        (
            "Contact ID,Contact Type,Contact Subtype,External Identifier,Sort Name,Display Name,Nickname,"
            "Legal Name,First Name,Middle Name,Last Name,Individual Prefix,Individual Suffix,"
            "Organization Name,Household Name,Email,Current Employer\n"
            '1,Individual,,,"Okafor, Sam",Dr. Sam Okafor Jr.,,,Sam,,Okafor,Dr.,Jr.,,,s@x.org,ACME\n'
            "2,Organization,,,ACME,ACME,,ACME Inc,,,,,,ACME,,,\n"
        ),
        {"Contact Type": "kind", "First Name": "first", "Last Name": "last", "Email": "email"},
    ),
    (
        "Zetkin",
        "id,ext_id,first_name,last_name,email,phone,alt_phone,gender\n1,,Sam,Okafor,s@x.org,,,\n",
        {"first_name": "first", "last_name": "last", "email": "email"},
    ),
    (
        "Google Contacts, before 2024",
        (
            "Name,Given Name,Additional Name,Family Name,Nickname,Group Membership,E-mail 1 - Type,"
            "E-mail 1 - Value,Organization 1 - Name,Organization 1 - Department\n"
            "Sam Okafor,Sam,,Okafor,Sammy,* myContacts,* Home,a@x.org ::: b@x.org,ACME,Payments\n"
        ),
        {
            "Given Name": "first",
            "Family Name": "last",
            "E-mail 1 - Value": "email",
            "Organization 1 - Department": "area",
        },
    ),
    (
        "Google Contacts",
        (
            "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,File As,"
            "Organization Name,Organization Title,Organization Department,E-mail 1 - Label,"
            "E-mail 1 - Value\nSam,,Okafor,,,Sammy,,ACME,Eng,Payments,* Work,s@x.org\n"
        ),
        {
            "First Name": "first",
            "Last Name": "last",
            "Organization Department": "area",
            "E-mail 1 - Value": "email",
        },
    ),
    (
        "Google Workspace",
        (
            "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],"
            "Org Unit Path [Required],Employee ID,Department\n"
            "Sam,Okafor,s@x.org,****,/Eng,0012,Payments\n"
        ),
        {
            "First Name [Required]": "first",
            "Last Name [Required]": "last",
            "Email Address [Required]": "email",
            "Employee ID": "id",
            "Department": "area",
        },
    ),
    (
        "Outlook",
        (
            "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,E-mail Address,"
            "E-mail Type\n,Sam,,Okafor,,ACME,Payments,Eng,s@x.org,SMTP\n"
        ),
        {
            "First Name": "first",
            "Last Name": "last",
            "Department": "area",
            "E-mail Address": "email",
        },
    ),
    (
        "EspoCRM",
        "Name,First Name,Last Name,Account Name,Email,Phone\nSam Okafor,Sam,Okafor,ACME,s@x.org,\n",
        {"First Name": "first", "Last Name": "last", "Email": "email"},
    ),
    (
        "Workday",
        (
            "Employee ID,Worker,Worker Type,Hire Date,Supervisory Organization,Primary Work Email\n"
            "0012,Mia Chen (On Leave),Employee,2020-01-02,Payments,m@x.org\n"
        ),
        {
            "Employee ID": "id",
            "Worker": "name",
            "Hire Date": "hired",
            "Supervisory Organization": "area",
            "Primary Work Email": "email",
        },
    ),
    (
        "BambooHR",
        (
            'Employee #,"Last name, First name",Department,Hire Date,Work Email\n'
            '12,"Okafor, Sam",Payments,2020-01-01,s@x.org\n'
        ),
        {
            "Employee #": "id",
            "Last name, First name": "name",
            "Department": "area",
            "Hire Date": "hired",
            "Work Email": "email",
        },
    ),
    (
        "Rippling",
        "Employee,Work email,Department,Start date\nSam Okafor,s@x.org,Pay,2020-01-01\n",
        {"Employee": "name", "Work email": "email", "Department": "area", "Start date": "hired"},
    ),
    (
        "ADP",
        (
            "Associate ID,Payroll Name,Home Department Description,Hire Date\n"
            'A1,"Okafor, Sam",Pay,01/02/2020\n'
        ),
        {
            "Associate ID": "id",
            "Payroll Name": "name",
            "Home Department Description": "area",
            "Hire Date": "hired",
        },
    ),
    (
        "SAP",
        (
            "Pers.No.;Last name;First name;Organizational unit;Entry\n"
            "00001234;Okafor;Sam;Payments;01.02.2020\n"
        ),
        {
            "Pers.No.": "id",
            "Last name": "last",
            "First name": "first",
            "Organizational unit": "area",
            "Entry": "hired",
        },
    ),
    (
        "Personio",
        (
            "ID,Vorname,Nachname,Bevorzugter Name,E-Mail,Abteilung,Team,Einstellungsdatum\n"
            "12345,Max,Groß,,m@x.org,IT,Ops,2020-01-01\n"
        ),
        {
            "ID": "id",
            "Vorname": "first",
            "Nachname": "last",
            "E-Mail": "email",
            "Abteilung": "area",
            "Einstellungsdatum": "hired",
        },
    ),
    (
        "Slack",
        (
            "username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname\n"
            "sam,s@x.org,Member,1,1,0,U1,Sam Okafor,sammy\n"
        ),
        {"email": "email", "fullname": "name"},
    ),
    (
        "LinkedIn",
        (
            'Notes:\n"When exporting your connection data, you may notice"\n\n'
            "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
            "Sam,Okafor,u,s@x.org,ACME,Eng,01 Nov 2026\nMia,Chen,u,,ACME,Eng,01 Nov 2026\n"
        ),
        {"First Name": "first", "Last Name": "last", "Email Address": "email"},
    ),
)

DIRECTORIES: Final[tuple[Case, ...]] = (
    (
        "Entra ID",
        (
            "userPrincipalName,displayName,surname,mail,givenName,id,userType,department\n"
            "s@x.org,Sam Okafor,Okafor,s@x.org,Sam,0f8fad5b-d9cb-469f-a165-70867728950e,Member,Pay\n"
        ),
        {
            "userPrincipalName": "email",
            "surname": "last",
            "givenName": "first",
            "department": "area",
        },
    ),
    (
        "Active Directory",
        "DisplayName,GivenName,Surname,SamAccountName,Mail,Department\nOkafor Sam,Sam,Okafor,so,s@x.org,Pay\n",
        {"GivenName": "first", "Surname": "last", "Mail": "email", "Department": "area"},
    ),
    (
        "HubSpot",
        "Record ID,First Name,Last Name,Email,Create Date\n7001,Sam,Okafor,s@x.org,2026-01-01\n",
        {"First Name": "first", "Last Name": "last", "Email": "email"},
    ),
    (
        "Mailchimp",
        "Email Address,First Name,Last Name,MEMBER_RATING,LEID,EUID\ns@x.org,Sam,Okafor,2,1,a\n",
        {"Email Address": "email", "First Name": "first", "Last Name": "last"},
    ),
    (
        "ADP, a report",
        'Employee Name (Last Suffix, First MI),File Number\n"Smith Jr, John A",000123\n'.replace(
            "Employee Name (Last Suffix, First MI)", '"Employee Name (Last Suffix, First MI)"'
        ),
        {"Employee Name (Last Suffix, First MI)": "name", "File Number": "id"},
    ),
    (
        "Kronos",
        'Person Number,Person Full Name,Home Department\n00123,"Okafor, Sam",Pay\n',
        {"Person Number": "id", "Person Full Name": "name", "Home Department": "area"},
    ),
    (
        "UKG",
        "Employee Number,Last Name,Preferred/First Name,Departments\n123,Okafor,Sam,Pay\n",
        {
            "Employee Number": "id",
            "Last Name": "last",
            "Preferred/First Name": "preferred",
            "Departments": "area",
        },
    ),
    (
        "Zoom",
        "Name (Original Name),User Email,Join Time,Leave Time\nSam Okafor,s@x.org,9:00,10:00\n",
        {"Name (Original Name)": "name", "User Email": "email"},
    ),
)

FORMS: Final[tuple[Case, ...]] = (
    (
        "Microsoft Forms",
        (
            "ID,Start time,Completion time,Email,Name,Which team?\n"
            "1,11/1/2026 9:00,11/1/2026 9:02,s@x.org,Sam Okafor,Pay\n"
        ),
        {"Email": "email", "Name": "name", "Which team?": "area"},
    ),
    (
        "Microsoft Forms, German",
        "ID,Startzeit,Fertigstellungszeit,E-Mail,Name\n1,1.11.26,1.11.26,s@x.org,Sam Okafor\n",
        {"E-Mail": "email", "Name": "name"},
    ),
    (
        "Microsoft Forms, French",
        (
            "ID,Heure de début,Heure de fin,Adresse de messagerie,Nom,Votre prénom\n"
            "1,a,b,s@x.org,Okafor,Sam\n"
        ),
        {"Adresse de messagerie": "email", "Nom": "last", "Votre prénom": "first"},
    ),
    (
        "Microsoft Forms, anonymous",
        (
            "ID,Start time,Completion time,Email,Name,What is your first name?,Last name\n"
            "1,11/1/2026 9:00,11/1/2026 9:02,anonymous,,Sam,Okafor\n"
        ),
        {"What is your first name?": "first", "Last name": "last"},
    ),
    (
        "Google Forms",
        "Timestamp,Email Address,Your full name,Number\n11/1/2026 9:00,s@x.org,Sam Okafor,1\n",
        {"Email Address": "email", "Your full name": "name"},
    ),
    (
        "Google Forms, Spanish",
        (
            "Marca temporal,Dirección de correo electrónico,Nombre y apellidos\n"
            "1/11/2026,s@x.org,Sam Okafor\n"
        ),
        {"Dirección de correo electrónico": "email", "Nombre y apellidos": "name"},
    ),
    (
        "Google Forms, Italian",
        "Informazioni cronologiche,Nome e cognome,ID\n1/11/2026,Sam Okafor,1\n",
        {"Nome e cognome": "name"},
    ),
    (
        "Google Forms, Portuguese",
        "Carimbo de data/hora,Nome completo,Setor\n1/11/2026,Ana Souza,Compras\n",
        {"Nome completo": "name", "Setor": "area"},
    ),
    (
        "LimeSurvey, participants",
        (
            "tid,firstname,lastname,email,emailstatus,token,language,validfrom\n"
            "1,Sam,Okafor,s@x.org,OK,abc,en,\n"
        ),
        {"firstname": "first", "lastname": "last", "email": "email"},
    ),
    (
        "LimeSurvey, answers",
        "id,submitdate,lastpage,startlanguage,seed,name\n1,2026-11-01,1,en,3,Sam Okafor\n",
        {"name": "name"},
    ),
    (
        "SurveyMonkey",
        (
            "Respondent ID,Collector ID,Start Date,End Date,Email Address,First Name,Last Name\n"
            "1,2,2026-11-01,2026-11-01,s@x.org,Sam,Okafor\n"
        ),
        {"Email Address": "email", "First Name": "first", "Last Name": "last"},
    ),
    (
        "Typeform",
        (
            "#,What's your name?,Email,Start Date (UTC),Submit Date (UTC),Network ID\n"
            "17,Sam Okafor,s@x.org,2026-11-01,2026-11-01,9\n"
        ),
        {"What's your name?": "name", "Email": "email"},
    ),
    (
        "a form that asks for the employer's number",
        "Timestamp,Name,Employee number\n11/1/2026 9:00,Sam Okafor,00123\n",
        {"Name": "name", "Employee number": "id"},
    ),
    (
        "a list whose lines are counted",
        "No,Name,Team\n" + "".join(f"{n},Person {chr(96 + n)}x,Pay\n" for n in range(1, 8)),
        {"Name": "name", "Team": "area"},
    ),
)

COUNTRIES: Final[tuple[Case, ...]] = (
    (
        "German payroll",
        (
            "Personalnummer;Name;Vorname;Abteilung;Eintritt\n12;Müller;Zoë;Lager;01.02.2020\n"
            "13;Groß Meier;Max;Lager;\n"
        ),
        {
            "Personalnummer": "id",
            "Name": "last",
            "Vorname": "first",
            "Abteilung": "area",
            "Eintritt": "hired",
        },
    ),
    (
        "Name beside First Name",
        "Name,First Name\nOkafor,Sam\nChen,Mia\n",
        {"Name": "last", "First Name": "first"},
    ),
    (
        "Name beside Surname",
        "Name,Surname\nSam,Okafor\nMia,Chen\n",
        {"Name": "first", "Surname": "last"},
    ),
    (
        "a whole Name beside First Name",
        "Name,First Name\nSam Okafor,Sam\nMia Chen,Mia\n",
        {"Name": "name"},
    ),
    (
        "legal and preferred names",
        "Employee ID,Legal First Name,Legal Last Name,Preferred Name\n1,Samuel,Okafor,Sam\n",
        {
            "Employee ID": "id",
            "Legal First Name": "first",
            "Legal Last Name": "last",
            "Preferred Name": "preferred",
        },
    ),
    (
        "Dutch",
        (
            "Personeelsnummer;Voornaam;Tussenvoegsel;Achternaam;Afdeling\n"
            "12;Anna;van den;Berg;Inkoop\n13;Jan;van der;Smit;Inkoop\n"
        ),
        {
            "Personeelsnummer": "id",
            "Voornaam": "first",
            "Tussenvoegsel": "infix",
            "Achternaam": "last",
            "Afdeling": "area",
        },
    ),
    (
        "Swedish",
        "Anställningsnr;Förnamn;Efternamn;Avdelning;E-post\n12;Anna;Berg;Lager;a@x.org\n",
        {
            "Anställningsnr": "id",
            "Förnamn": "first",
            "Efternamn": "last",
            "Avdelning": "area",
            "E-post": "email",
        },
    ),
    (
        "Polish",
        "Nr ewidencyjny;Imię;Nazwisko;Dział;Data zatrudnienia\n12;Anna;Nowak;Zakupy;2020-01-01\n",
        {
            "Nr ewidencyjny": "id",
            "Imię": "first",
            "Nazwisko": "last",
            "Dział": "area",
            "Data zatrudnienia": "hired",
        },
    ),
    (
        "Portuguese, of Brazil",
        "Matrícula;Nome;Setor;Data de admissão\n12;Ana Souza;Compras;01/02/2020\n",
        {"Matrícula": "id", "Nome": "name", "Setor": "area", "Data de admissão": "hired"},
    ),
    (
        "Portuguese, of Portugal",
        "N.º mecanográfico;Nome;Apelido;Departamento\n12;Ana;Souza;Compras\n",
        {"N.º mecanográfico": "id", "Nome": "first", "Apelido": "last", "Departamento": "area"},
    ),
    (
        "Italian",
        "Matricola;Cognome;Nome;Reparto;Data assunzione\n12;Rossi;Anna;Acquisti;01/02/2020\n",
        {
            "Matricola": "id",
            "Cognome": "last",
            "Nome": "first",
            "Reparto": "area",
            "Data assunzione": "hired",
        },
    ),
    (
        "French",
        "Matricule;Nom;Prénom;Service;Date d'entrée\n12;Martin;Anne;Achats;01/02/2020\n",
        {
            "Matricule": "id",
            "Nom": "last",
            "Prénom": "first",
            "Service": "area",
            "Date d'entrée": "hired",
        },
    ),
    (
        "Spanish",
        (
            "Nº empleado;Primer apellido;Segundo apellido;Nombre;Departamento;Fecha de alta\n"
            "12;García;López;Ana;Compras;01/02/2020\n"
        ),
        {
            "Primer apellido": "last",
            "Segundo apellido": "second",
            "Nombre": "first",
            "Departamento": "area",
            "Fecha de alta": "hired",
            "Nº empleado": "id",
        },
    ),
    (
        "Danish",
        "Medarbejdernummer;Fornavn;Efternavn;Afdeling\n1;Anna;Berg;Lager\n",
        {"Medarbejdernummer": "id", "Fornavn": "first", "Efternavn": "last", "Afdeling": "area"},
    ),
    (
        "Finnish",
        "Henkilönumero;Etunimi;Sukunimi;Osasto\n1;Anna;Berg;Lager\n",
        {"Henkilönumero": "id", "Etunimi": "first", "Sukunimi": "last", "Osasto": "area"},
    ),
    (
        "Czech",
        "Osobní číslo;Příjmení;Jméno;Oddělení\n1;Novák;Petr;Nákup\n",
        {"Osobní číslo": "id", "Příjmení": "last", "Jméno": "first", "Oddělení": "area"},
    ),
    (
        "Hungarian",
        "Törzsszám;Vezetéknév;Keresztnév;Osztály\n1;Nagy;Anna;Raktár\n",
        {"Törzsszám": "id", "Vezetéknév": "last", "Keresztnév": "first", "Osztály": "area"},
    ),
    (
        "Turkish",
        "Sicil No;Adı Soyadı;Bölüm\n1;Ali Kaya;Depo\n",
        {"Sicil No": "id", "Adı Soyadı": "name", "Bölüm": "area"},
    ),
    (
        "Russian",
        "Табельный номер;ФИО;Отдел\n1;Иванов Иван;Склад\n",
        {"Табельный номер": "id", "ФИО": "name", "Отдел": "area"},
    ),
    (
        "Japanese",
        "社員番号,姓,名,部署\n1,佐藤,花子,総務\n",
        {"社員番号": "id", "姓": "last", "名": "first", "部署": "area"},
    ),
    (
        "nothing known, and words that look like names",
        "Wert;Bez;Foo\n1;van den;x\n2;van der;y\n",
        {},
    ),
)
