"""Heads of columns: the words with which people and programs name them. Pure.

Taken from the exports themselves: Action Network, NationBuilder, CiviCRM, Zetkin, Google, Microsoft,
LimeSurvey, EspoCRM, Workday and BambooHR, and payroll lists in the languages of Europe.
"""

import re
from collections.abc import Iterator
from enum import Enum

from storage.names.folding import folded


class Field(Enum):
    """A field we take from a list; every other column is dropped."""

    ID = "id"
    """The employer's own number for somebody: the surest way to meet them again next month."""
    NAME = "name"
    FIRST = "first"
    LAST = "last"
    PREFERRED = "preferred"
    """The first name somebody goes by; where it is empty, the first name counts."""
    INFIX = "infix"
    """What stands before a last name in a column of its own: van den."""
    SECOND = "second"
    """A second last name."""
    EMAIL = "email"
    AREA = "area"
    SHIFT = "shift"
    HIRED = "hired"
    KIND = "kind"
    """Whether a line is a person at all: programs for contacts keep organizations beside them."""
    RATING = "rating"
    """An assessment on a scale of the list's own; taken when somebody has said what the scale means."""
    TALKED = "talked"
    """The day of the last talk."""
    LEADER = "leader"
    """Whether coworkers follow somebody."""
    PHONE = "phone"
    LANGUAGE = "language"

    # Enum's own asks for the name each time; a long list is looked up by field a million times.
    __hash__ = object.__hash__


NAMES = frozenset({Field.NAME, Field.FIRST, Field.LAST})
"""Any of them names somebody."""

_HEADS: dict[Field, str] = {
    Field.ID: "emp, emp id, emp no, emp nr, emp num, emp number, empid, empno, employee, employee id, "
    "employee no, employee nr, employee number, employee num, employee code, personnel number, "
    "personnel no, personnel id, personal id, staff id, staff no, staff number, staff code, "
    "payroll number, payroll no, payroll id, worker id, worker number, associate id, associate number, "
    "badge, badge no, badge number, badge id, person number, file number, clock number, clock no, "
    "ext id, external id, external identifier, member number, union member id, workday id, "
    "pers no, personalnummer, personalnr, personal nr, personal nummer, pers nr, persnr, pnr, "
    "mitarbeiternummer, mitarbeiternr, mitarbeiter nr, mitarbeiter id, ma nr, stammnummer, "
    "matricule, numero de matricule, matricule salarie, numero d employe, numero salarie, "
    "legajo, numero de empleado, no empleado, no de empleado, num empleado, codigo de empleado, "
    "codigo empleado, numero de trabajador, clave de empleado, "
    "matricola, numero di matricola, codice dipendente, numero dipendente, "
    "personeelsnummer, personeelsnr, medewerkernummer, werknemernummer, personeels nr, "
    "anstallningsnummer, anstallningsnr, anstnr, anst nr, personalnummer anstallning, "
    "ansattnummer, ansattnr, medarbejdernummer, medarbejdernr, lonnummer, lonnr, "
    "numer pracownika, nr pracownika, numer ewidencyjny, nr ewidencyjny, numer kadrowy, nr kadrowy, "
    "matricula, numero mecanografico, n mecanografico, no mecanografico, numero de funcionario, "
    "codigo do funcionario, registro do funcionario, numero de colaborador, "
    "henkilonumero, tyontekijanumero, osobni cislo, osobne cislo, cislo zamestnance, torzsszam, marca, "
    "sicil no, sicil numarasi, табельный номер, 社員番号, 従業員番号, 工号, 员工编号, 사번, 사원번호",
    Field.NAME: "name, names, full name, full nm, fullname, employee name, emp name, worker, "
    "worker name, staff name, person, person name, legal name, legal full name, person full name, employee full name, member, member name, "
    "preferred full name, name first last, first and last name, first last, name first and last, "
    "full name first and last, first name and surname, name and surname, first name last name, "
    "last name first name, surname first name, last first, last name first, coworker, co worker, "
    "contact, contact name, associate name, signer, signatory, printed name, print name, "
    "participant, respondent, attendee, "
    "vor und nachname, vorname und nachname, vorname nachname, name vorname, nachname vorname, "
    "vollstandiger name, mitarbeiter, mitarbeitername, mitarbeiterin, mitarbeitende, "
    "nombre completo, nombre y apellidos, nombres y apellidos, nombre y apellido, apellidos y nombre, "
    "apellidos y nombres, apellidos nombre, apellido y nombre, empleado, trabajador, "
    "nom complet, nom et prenom, nom et prenoms, nom prenom, prenom et nom, prenom nom, noms et prenoms, "
    "salarie, nome completo, nome e cognome, cognome e nome, nominativo, cognome nome, nome cognome, "
    "dipendente, nome e sobrenome, nome e apelido, nome do funcionario, nome do colaborador, "
    "nome do trabalhador, funcionario, colaborador, naam, volledige naam, voor en achternaam, "
    "voornaam en achternaam, naam medewerker, medewerker, namn, for och efternamn, "
    "fornamn och efternamn, fullstandigt namn, navn, fulde navn, fullt navn, for og efternavn, "
    "for og etternavn, imie i nazwisko, nazwisko i imie, imie nazwisko, nazwisko imie, pracownik, "
    "nimi, koko nimi, jmeno a prijmeni, prijmeni a jmeno, meno a priezvisko, nev, teljes nev, "
    "nume si prenume, nume prenume, nume complet, ad soyad, adi soyadi, isim soyisim, "
    "ime i prezime, ime in priimek, фио, имя и фамилия, фамилия имя, піб, ονοματεπωνυμο, "
    "氏名, 名前, お名前, 姓名, 이름, 성명",
    Field.FIRST: "first, first name, first nm, firstname, fname, given, given name, given names, "
    "forename, forenames, legal first name, legal given name, christian name, first names, "
    "vorname, vornamen, prenom, prenoms, nombre, nombres, primer nombre, "
    "voornaam, voornamen, fornamn, fornavn, imie, imiona, pierwsze imie, "
    "primeiro nome, nome proprio, etunimi, etunimet, jmeno, krestni jmeno, meno, keresztnev, utonev, "
    "prenume, adi, isim, ime, имя, імя, ονομα, 名",
    Field.LAST: "last, last name, last nm, lastname, lname, surname, surnames, family name, family names, "
    "familyname, legal last name, legal family name, legal surname, sur name, "
    "nachname, nachnamen, familienname, zuname, nom, nom de famille, nom d usage, nom usuel, "
    "apellido, apellidos, primer apellido, apellido 1, apellido1, apellido paterno, "
    "cognome, sobrenome, apelido, apelidos, ultimo nome, achternaam, familienaam, geslachtsnaam, "
    "efternamn, etternavn, efternavn, nazwisko, sukunimi, prijmeni, priezvisko, vezeteknev, "
    "csaladnev, nume de familie, soyad, soyadi, soyisim, prezime, priimek, фамилия, прізвище, "
    "επωνυμο, 姓, 苗字",
    Field.PREFERRED: "preferred name, preferred name first name, bevorzugter name, preferred first name, preferred given name, preferred, goes by, "
    "known as, known as name, chosen name, chosen first name, call name, rufname, roepnaam, tilltalsnamn, "
    "kaldenavn, prenom usuel, "
    "prenom d usage, nombre preferido, nombre social, nome social, nome preferido, nome preferito, "
    "kutsumanimi",
    Field.INFIX: "tussenvoegsel, tussenvoegsels, voorvoegsel, voorvoegsels, tussenv, infix, prefix last name, "
    "last name prefix, name prefix last, namensvorsatz, vorsatzwort, namenszusatz, particule",
    Field.SECOND: "segundo apellido, apellido 2, apellido2, apellido materno, second surname, "
    "second last name, secondary last name",
    Field.EMAIL: "email, emails, user email, e mail, mail, email address, e mail address, mail address, work email, "
    "primary email, primary email address, email 1, e mail 1 value, email 1 value, e mail 1, email1, "
    "work email address, primary work email, email primary work, can2 email, user principal name, "
    "personal email, home email, email personal, e mail adresse, emailadresse, mailadresse, "
    "e mail dienstlich, correo, correo electronico, direccion de correo electronico, email corporativo, "
    "courriel, adresse courriel, adresse e mail, adresse mail, adresse email, adresse electronique, "
    "adres e mail, adres email, e mailadres, emailadres, e post, epost, e postadress, epostadress, "
    "e postadresse, indirizzo email, indirizzo e mail, posta elettronica, endereco de e mail, "
    "endereco de email, sahkoposti, sahkopostiosoite, e mailova adresa, e posta, eposta, "
    "электронная почта, почта, メールアドレス, 邮箱, 电子邮件, 이메일",
    Field.AREA: "area, areas, team, teams, team name, dept, depts, department, departments, dept team, department team, "
    "team dept, dept name, department name, unit, org unit, org, division, group, section, "
    "business unit, business unit name, cost center name, cost centre name, work area, work group, "
    "workgroup, organizational unit, organisational unit, organization department, organization 1 department, supervisory organization, "
    "home department, home department description, department description, "
    "abteilung, bereich, kst bezeichnung, kostenstellenbezeichnung, organisationseinheit, "
    "equipo, departamento, seccion, nombre del departamento, "
    "equipe, service, departement, "
    "reparto, ufficio, dipartimento, afdeling, avdelning, enhet, avdeling, team afdeling, "
    "dzial, wydzial, komorka organizacyjna, setor, secao, seccao, equipa, "
    "osasto, yksikko, oddeleni, oddelenie, osztaly, reszleg, departament, sectie, bolum, birim, "
    "отдел, подразделение, відділ, 部署, 所属, 部门, 부서",
    Field.SHIFT: "shift, shifts, shift name, shift code, work shift, schedule, rota, rotation, "
    "work schedule, schicht, schichtgruppe, turno, turnos, horaire, horaires, poste, ploeg, dienst, "
    "skift, zmiana, vuoro, smena, смена, 班次",
    Field.HIRED: "hired, hired on, hire date, hiredate, date hired, date of hire, start date, started, "
    "original hire date, last hire date, most recent hire date, employment start date, "
    "employment date, joined, date joined, date of joining, joining date, entry date, seniority date, "
    "employed since, start date in company, eintritt, eintrittsdatum, eintritt am, einstellungsdatum, "
    "beschaftigt seit, fecha de ingreso, fecha ingreso, fecha de alta, fecha alta, "
    "fecha de contratacion, fecha de inicio, fecha de antiguedad, "
    "date d embauche, date d entree, date entree, date embauche, date d anciennete, "
    "data assunzione, data di assunzione, datum in dienst, indiensttreding, datum indiensttreding, "
    "in dienst, in dienst sinds, anstallningsdatum, anstalld, startdatum, ansettelsesdato, ansat, "
    "ansaettelsesdato, data zatrudnienia, data rozpoczecia, data de admissao, admissao, "
    "data de contratacao, tyosuhde alkoi, datum nastupu, belepes datuma, data angajarii, "
    "ise giris tarihi, дата приема, 入社日, 入职日期, 입사일",
    Field.KIND: "contact type, kontakttyp, type de contact, tipo de contacto, contacttype, record type, "
    "person type, supporter type, account type",
}
_VAGUE = {
    Field.ID: "id, ids, number, no, num, nr, nummer, numero, person id, member id",
    # What may be the whole name or a half of it, and what somebody is called in an app.
    Field.NAME: "nome, display name, displayname, nume, ad, preferred name full",
    Field.HIRED: "start, entry",
    Field.KIND: "state",
}
"""Words that say less: taken where no better one is there."""

_FORM = (
    "completion time, submission id, submission date, submitted at, submitted on, submitted, "
    "submit date, submit date utc, submitdate, date submitted, response id, responseid, respondent id, "
    "collector id, network id, form id, entry id, entry date created, recorded date, recordeddate, "
    "order date, ticket type, order number, order no, attendee no, registration time, join time, first join, "
    "timestamp, lastpage, last page, startlanguage, start language, date last action, datestamp, "
    "zeitstempel, fertigstellungszeit, abschlusszeit, endzeit, abgabedatum, antwort id, "
    "hora de finalizacion, marca temporal, id de respuesta, "
    "horodateur, heure de fin, id de la reponse, ora di completamento, ora di fine, "
    "informazioni cronologiche, id risposta, carimbo de data hora, carimbo de data e hora, "
    "hora da conclusao, hora de conclusao, hora de fim, tijdstempel, tijd van voltooien, "
    "tijdstip van voltooien, voltooiingstijd, eindtijd, tidsstampel, slutforandetid, sluttid, "
    "tidsstempel, tidspunkt for afslutning, fullforingstidspunkt, sygnatura czasowa, "
    "godzina ukonczenia, czas ukonczenia, aikaleima, suoritusaika, casova znacka, casove razitko, "
    "idobelyeg, zaman damgasi, отметка времени, время выполнения, タイムスタンプ, 完了時刻, 时间戳记, "
    "完成时间, 타임스탬프, 완료 시간"
)
"""Heads that the answers of a form have and an employer's list has not."""
_CONTACTS = (
    "ext id, contact type, contact id, can2 user tags, can2 phone, nationbuilder id, external identifier, "
    "user principal name, user type, record id, contact owner, account name, supporter type, support level, vanid, alt phone, group membership, tags, tag list"
)
"""Heads of programs for contacts, whose own numbers are no employer's."""


_OFFERED: dict[Field, str] = {
    Field.RATING: "rating, ratings, assessment, assessment level, assessed, support, support level, "
    "level of support, level, score, 1 5, bewertung, einschatzung, einstufung, "
    "valoracion, evaluacion, nivel de apoyo, evaluation, niveau de soutien, valutazione, "
    "avaliacao, nivel de apoio, beoordeling, inschatting, bedomning, ocena, vurdering, 评分, 评估",
    Field.TALKED: "last contact, last contacted, last contact date, date of contact, date of last contact, "
    "last talk, last talked, last conversation, last one on one, last 1on1, 1on1, one on one, "
    "date contacted, contacted, contacted on, talked, talked on, date of assessment, "
    "letzter kontakt, letztes gesprach, gesprach am, kontaktiert am, "
    "ultimo contacto, ultima conversacion, fecha de contacto, dernier contact, dernier entretien, "
    "date de contact, ultimo contatto, ultimo colloquio, ultimo contato, ultima conversa, "
    "laatste contact, laatste gesprek, senaste kontakt, ostatni kontakt, sidste kontakt, 上次联系",
    Field.LEADER: "leader, leaders, natural leader, organic leader, workplace leader, is leader, "
    "key person, influencer, natural leaders, schlusselperson, meinungsfuhrer, meinungsfuhrerin, "
    "lider, lider natural, persona clave, leader naturel, personne cle, leader naturale, "
    "persona chiave, lider natural, pessoa chave, sleutelpersoon, nyckelperson, 带头人",
    Field.PHONE: "phone, phones, phone no, phone nr, phone number, phone numbers, phone 1, phone1, phone 1 value, "
    "telephone, telephone no, telephone number, tel, tel no, tel nr, mobile, mobile no, mobile number, "
    "mobile phone, cell, cell no, cell phone, cellphone, cell number, home phone, personal phone, whatsapp, signal, "
    "telefon, telefonnummer, telefon nr, telefonnr, handy, handynummer, mobil, mobilnummer, mobiltelefon, rufnummer, "
    "telefono, numero de telefono, movil, celular, telephone portable, portable, numero de telephone, "
    "cellulare, numero di telefono, telefone, telemovel, numero de telefone, "
    "telefoonnummer, telefoon, mobiel, mobiel nummer, puhelin, puhelinnumero, "
    "telefon komorkowy, numer telefonu, komorka, телефон, номер телефона, 电话, 手机, 電話番号, 전화번호",
    Field.LANGUAGE: "language, languages, preferred language, first language, spoken language, home language, "
    "mother tongue, sprache, sprachen, muttersprache, idioma, idiomas, lengua, langue, langues, "
    "lingua, lingue, lingua madre, linguas, taal, talen, moedertaal, sprak, sprog, jezyk, jezyki, kieli, "
    "язык, мова, 语言, 言語, 언어",
}
"""Heads of what organizers keep themselves. It is offered, and taken when somebody says so."""


def _table(heads: dict[Field, str]) -> dict[str, Field]:
    known = {folded(head): field for field, said in heads.items() for head in said.split(",")}
    # "Date d'embauche" is folded without a blank.
    return known | {head.replace(" d ", " d"): field for head, field in known.items()}


_KNOWN = _table(_HEADS)
_LESS = _table(_VAGUE)
_OWN = _table(_OFFERED)
_OF_FORMS = frozenset(folded(head) for head in _FORM.split(","))
_OF_CONTACTS = frozenset(folded(head) for head in _CONTACTS.split(","))
_ADDED = re.compile(
    r"\s+(?:required|optional|mandatory|pflichtfeld|pflicht|obligatorio|obligatoire|obbligatorio|"
    r"verplicht|obligatoriskt?|wymagane|obrigatorio)$"
)
_ASKED = re.compile(
    r"^(?:and |und |y |et )?(?:what is|what ?s|which|in which|please enter|enter|write|wie (?:lautet|ist)|cual es|quel est|qual e|wat is|"
    r"vad ar|hva er|hvad er|jakie jest)\s+|"
    r"^(?:and )?(?:your|the|ihre?|deine?|dein|su|tu|votre|ton|il tuo|il suo|la tua|o seu|seu|uw|je|jouw|ditt|din|"
    r"twoje|twoj)\s+|"
    r"^(?:employees?|workers?|staff|members?|contact|associates?)\s+"
    r"(?=(?:first|last|full|middle|given|family|preferred|legal|e ?mail|work e ?mail|department|dept|"
    r"team|shift|surname|number|no$))"
)


LONGEST_HEAD = 200
"""Letters of a head that are looked at."""


def head_key(words: str) -> str:
    """A column's head without case, accents, signs and the breaks inside a cell."""
    # folded() drops signs; "Emp #" and "Emp" would be the same anyway, and "#" alone is a number.
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words)
    for sign in ("#", "№", "n°", "N°", "nº", "Nº", "n.º", "N.º"):
        spaced = spaced.replace(sign, " no ")
    return folded(spaced)


def _spellings(head: str) -> Iterator[str]:
    """The words of a head, then with less and less of what programs and forms put around them."""
    # Two thousand letters fit into a cell, and brackets are looked for from each of them.
    head = head[:LONGEST_HEAD]
    for said in (head_key(head), folded(head)):
        yield said
        bare = _ADDED.sub("", said)
        yield bare
        for _ in range(2):
            bare = _ASKED.sub("", bare)
            yield bare
    # "Name (as on your badge)", "First name [Required]", "Employee ID / Matricule".
    # "Legal Name - First Name": a program says first which of its groups a column is of.
    for part in (
        re.sub(r"[(\[].*?[)\]]", " ", head),
        head.partition("/")[0],
        head.rpartition(" - ")[2],
    ):
        if (said := head_key(part)) in _KNOWN:
            yield said


def field_of(head: str) -> Field | None:
    """The field that a column's head usually names; None for an unusual head."""
    for said in _spellings(head):
        if said in _KNOWN or said in _LESS:
            return _KNOWN.get(said) or _LESS[said]
    return None


def offered(head: str) -> Field | None:
    """The field of organizers' own notes that a head names; None for every other head."""
    return next((_OWN[said] for said in _spellings(head) if said in _OWN), None)


def is_vague(head: str) -> bool:
    """Whether a head may mean something else as well: "ID" is also the running number of a form."""
    said = next((s for s in _spellings(head) if s in _KNOWN or s in _LESS), "")
    return said not in _KNOWN


def of_a_form(head: str) -> bool:
    """Whether only the answers of a form have a column with this head."""
    head = head[:LONGEST_HEAD]
    return any(said in _OF_FORMS for said in (head_key(head), folded(head)))


def of_contacts(head: str) -> bool:
    """Whether a program for contacts, such as CiviCRM or Zetkin, uses this head."""
    head = head[:LONGEST_HEAD]
    return any(said in _OF_CONTACTS for said in (head_key(head), folded(head)))
