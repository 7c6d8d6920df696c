"""Which two names are asked about, and which are not: the kinds in which people write one name in two ways.

The lists are made up. The second one keeps the first honest: every pair there is two people, as nearly
alike as such pairs are.
"""

import pytest

from storage.names.likeness import alike

ASKED = {
    "umlauts written out": [
        ("Jürgen Müller", "Juergen Mueller"), ("Jürgen Müller", "Jurgen Muller"),
        ("Björn Österreicher", "Bjoern Oesterreicher"), ("Käthe Groß", "Kaethe Gross"),
        ("Ümit Özdemir", "Uemit Oezdemir"), ("MÜLLER Jörg", "Joerg Mueller"),
        ("Jörg Weiß", "Joerg Weiss"), ("Juergen Mueller", "Jurgen Muller"),
        ("Mueller", "Müller"),
    ],
    "northern letters": [
        ("Søren Kjærgård", "Soeren Kjaergaard"), ("Søren Ågård", "Soren Agard"),
        ("Åsa Nygård", "Aasa Nygaard"), ("Þórður Jónsson", "Thordur Jonsson"),
        ("Bjørn Ødegård", "Bjoern Oedegaard"), ("Mette Høgh", "Mette Hoegh"),
    ],
    "accents and strokes": [
        ("José Núñez", "Jose Nunez"), ("Łukasz Żółć", "Lukasz Zolc"), ("Đorđe Đoković", "Djordje Djokovic"),
        ("İpek Işık", "Ipek Isik"), ("Zoë Brontë", "Zoe Bronte"), ("Nguyễn Văn Đức", "Nguyen Van Duc"),
        ("Dvořák Jiří", "Jiri Dvorak"), ("Ștefan Țepeș", "Stefan Tepes"),
        ("Franc\u0327ois Lefe\u0300vre", "François Lefèvre"),
    ],
    "a blank, hyphen or apostrophe inside": [
        ("e mma moyse", "emma moyse"), ("Ja ck Brandt", "Jack Brandt"), ("Mc Donald Ann", "Ann McDonald"),
        ("Anna-Maria Lopez", "Annamaria Lopez"), ("Anna Maria Lopez", "Annamaria Lopez"),
        ("Conor O'Brien", "Conor OBrien"), ("Conor O’Brien", "Conor O Brien"), ("Conor O`Brien", "OBrien Conor"),
        ("D'Angelo Russo", "Dangelo Russo"), ("Jean-Luc Moreau", "Jean Luc Moreau"),
        ("Lena von der Heide", "Lena Vonderheide"), ("Pieter van den Berg", "Pieter Vandenberg"),
        ("Mei-Ling Zhao", "Meiling Zhao"), ("Wang Xiao Ming", "Xiaoming Wang"), ("Kim Min-jun", "Minjun Kim"),
        ("Abd al-Rahman Saleh", "Abdalrahman Saleh"), ("Sa'id Haddad", "Said Haddad"),
    ],
    "a second surname or a middle name left out": [
        ("Jo García López", "Jo Garcia"), ("José García López", "José García"),
        ("María José Carreño Quiñones", "María José Carreño"), ("Sam J. Okafor", "Sam Okafor"),
        ("Samuel James Okafor", "Samuel Okafor"), ("Ana Souza de Oliveira", "Ana Oliveira"),
        ("Sven Meyer-Lindqvist", "Sven Meyer"), ("Sol Okafor-Lind", "Sol Okafor"),
        ("John Smith Jr.", "John Smith"), ("Jan van den Berg", "Jan Berg"), ("Ana de la Cruz", "Ana Cruz"),
    ],
    "initials": [("A. Kowalczyk", "Anna Kowalczyk"), ("S Okafor", "Sam Okafor"), ("J. R. Hartmann", "Jo Hartmann")],
    "short names": [
        ("Bill Smith", "William Smith"), ("Tom Baker", "Thomas Baker"), ("Liz Young", "Elizabeth Young"),
        ("Bob Okafor", "Robert Okafor"), ("Peggy Olsen", "Margaret Olsen"), ("Alex Kim", "Alexandra Kim"),
        ("Sepp Huber", "Josef Huber"), ("Hans Brandt", "Johannes Brandt"), ("Uli Stein", "Ulrike Stein"),
        ("Paco Ruiz", "Francisco Ruiz"), ("Pepe Navarro", "José Navarro"), ("Nacho Vidal", "Ignacio Vidal"),
        ("Gianni Rossi", "Giovanni Rossi"), ("Beppe Conti", "Giuseppe Conti"), ("Zé Almeida", "José Almeida"),
        ("Sasha Petrova", "Alexandra Petrova"), ("Misha Orlov", "Mikhail Orlov"), ("Kuba Nowak", "Jakub Nowak"),
        ("Kasia Wójcik", "Katarzyna Wojcik"), ("Kees Bakker", "Cornelis Bakker"), ("Lasse Berg", "Lars Berg"),
        ("Mo Haddad", "Mohammed Haddad"), ("Tom Müller", "Thomas Mueller"), ("Smith Bill", "William Smith"),
        ("Vero Dubois", "Véronique Dubois"), ("Willie Brown", "Bill Brown"),
    ],
    "another order": [
        ("Okafor, Sam", "Sam Okafor"), ("Ana María Ruiz", "Ruiz Ana María"), ("Zhang Wei", "Wei Zhang"),
        ("NAGY István", "Istvan Nagy"),
    ],
    "one letter wrong": [
        ("Sam Ortiz", "Sam Ortis"), ("Sam Okafor", "Sam Okafro"), ("Alex Kim", "Alxe Kim"),
        ("Benjamin Novak", "Benjamn Novak"), ("Hannah Dixon", "Hannah Dixoin"), ("Maria Lindqvist", "Maria Lindqvits"),
        ("Tariq Haddad", "Tariq Hadad"), ("Priya Raghavan", "Pryia Raghavan"), ("Oliver Bendyk", "Oliver Bendpyk"),
        ("Samuel Okafor", "Samuel Okafot"), ("Chioma Nwosu", "Chioma Nwousu"),
        ("Christopher Lindgren", "Christpoher Lindgren"), ("Bo Beck", "Boo Beck"),
    ],
    "as it sounds": [
        ("Sofia Keller", "Sophia Keller"), ("Jakob Meyer", "Jacob Maier"), ("Katherine Walsh", "Catherine Walsh"),
        ("Sara Cohen", "Sarah Cohen"), ("Philip Schmidt", "Filip Schmitt"), ("Jon Peterson", "John Petersson"),
        ("Mohammed Farouk", "Muhammad Faruk"), ("Stefan Kaiser", "Stephan Kayser"),
    ],
}  # fmt: skip

NOT_ASKED = {
    "one surname": [
        ("Sam Okafor", "Mia Okafor"), ("Ana Ruiz", "Ben Ruiz"), ("Jack Matthews", "Jade Matthews"),
        ("Sam Okafor", "Sol Okafor-Lind"), ("Oliver Vassiliotis", "Joel Vassiliotis"),
        ("Jan van den Berg", "Piet van den Berg"), ("Luis García López", "Marta García López"),
        ("Kamal Haddad", "Karim Haddad"), ("Lea Schneider", "Leo Schneider"), ("Thomas Müller", "Theo Müller"),
        ("Archie Priest", "Darcie Priest"), ("Grace Morrison", "Molly Morrison"),
    ],
    "one first name": [
        ("Alex Kim", "Alex Cho"), ("Sam Ortega", "Sam Okafor"), ("Maria Lopez", "Maria Gomez"),
        ("Jan van den Berg", "Jan van den Brink"), ("María José Carreño", "María José López"),
        ("Jo Smith", "Jo Schmidt"), ("Mia Chen", "Mia Chan"), ("Wei Wang", "Wei Wong"), ("Ana Ramos", "Ana Ramírez"),
        ("Nguyen Van Anh", "Nguyen Van Binh"), ("Ben Martin", "Ben Martinez"), ("Sam Peters", "Sam Petrov"),
        ("Ali Hassan", "Ali Hussein"), ("Ana de Souza", "Ana de Lima"), ("Kim Ji-woo", "Kim Ji-hoon"),
    ],
    "names that are a letter apart": [
        ("Mia Chen", "Tia Chen"), ("Paul Weber", "Paula Weber"), ("Mario Costa", "Maria Costa"),
        ("Tim Cook", "Kim Cook"), ("Jan Novak", "Jana Novak"), ("Lea Roth", "Leo Roth"), ("Ana Ruiz", "Ada Ruiz"),
        ("Daniel Kim", "Daniela Kim"), ("Jean Park", "Dean Park"), ("Lena Beck", "Lina Beck"),
        ("Ella Brown", "Bella Brown"), ("Erik Holm", "Erika Holm"), ("Alma Diaz", "Elma Diaz"),
        ("Julian Hahn", "Julia Hahn"), ("Andrea Conti", "Andreas Conti"), ("Marc Levi", "Mark Leeb"),
        ("Martin Vogel", "Martina Vogel"), ("Hana Sato", "Nana Sato"),
    ],
    "nothing but initials, particles, parts": [
        ("A. Kim", "B. Kim"), ("Sam de la Cruz", "Mia de la Fuente"), ("Ana", "Anabel Torres"),
        ("Al Green", "Bo Green"), ("Jo", "Joanna Peterson"), ("Lee Park", "Leroy Parker"),
    ],
    "short names of others": [
        ("Bill Smith", "Ben Smith"), ("Tom Baker", "Tim Baker"), ("Bob Okafor", "Rob Ortega"),
        ("Paco Ruiz", "Pablo Ruiz"), ("Hans Brandt", "Heinz Brandt"), ("Liz Young", "Lin Young"),
    ],
    "other scripts": [
        ("田中 一郎", "田口 一郎"), ("王伟", "王芳"), ("Ольга Орлова", "Олег Орлов"), ("Νίκος Παππάς", "Νίκη Παππά"),
    ],
}  # fmt: skip


def pairs(lists: dict[str, list[tuple[str, str]]]) -> list[pytest.param]:  # type: ignore[valid-type]
    return [
        pytest.param(one, other, id=f"{kind}: {one} | {other}")
        for kind, several in lists.items()
        for one, other in several
    ]


@pytest.mark.parametrize(("one", "other"), pairs(ASKED))
def test_one_person_written_in_two_ways_is_asked_about(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(("one", "other"), pairs(NOT_ASKED))
def test_two_people_are_not_asked_about(one: str, other: str) -> None:
    assert not alike(one, other)
    assert not alike(other, one)
