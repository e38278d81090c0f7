#!/usr/bin/env python3
"""Writes pairs.tsv: German, English, and the flag that has to be raised (`-` for none), tab-separated.

The good pairs below were written for this project. Every bad pair is a good one with one thing done to its English: a
number, a name, an address or a negation changed, a clause left out, a phrase repeated, the source copied.
Run it in this folder: python make.py
"""

# German, English, and what can be done to the English: flag, old, new.
PAIRS = [
    ("Die Stadt gibt für die neue Brücke 12,5 Mio. Euro aus.", "The city is spending 12.5 million euros on the new bridge.",
     [("number", "12.5 million", "12.5 billion"), ("number", "12.5", "15.2"), ("unit", "euros", "dollars")]),
    ("Im Jahr 2019 lebten 48.300 Menschen in Kirchfeld.", "In 2019, 48,300 people lived in Kirchfeld.",
     [("number", "2019", "2009"), ("number", "48,300", "48.300")]),
    ("Der Umsatz stieg um 3,4 Prozent auf 1,2 Mrd. Euro.", "Sales rose by 3.4 percent to 1.2 billion euros.",
     [("number", "3.4", "34"), ("number", "1.2 billion", "1.2 million"), ("unit", "euros", "pounds"), ("unit", " percent", "")]),
    ("Die Sitzung beginnt um 19.30 Uhr im Rathaus.", "The meeting starts at 7:30 p.m. in the town hall.",
     [("number", "7:30", "9:30")]),
    ("Am 3. Oktober 1990 trat der Vertrag in Kraft.", "The treaty took effect on October 3, 1990.",
     [("number", "1990", "1989"), ("number", "October 3,", "October 13,")]),
    ("Zwölf Kinder und drei Betreuer waren im Bus.", "Twelve children and three carers were on the bus.",
     [("number", "Twelve", "Two"), ("number", "three", "five")]),
    ("Mehr als 250.000 Haushalte waren ohne Strom.", "More than 250,000 households were without power.",
     [("number", "250,000", "25,000"), ("loop", "without power", "without power without power without power")]),
    ("Das Ticket kostet 49 Euro im Monat.", "The ticket costs 49 euros a month.", [("number", "49", "94"), ("unit", "49 euros", "$49")]),
    ("Der Anteil stieg um 4 Prozentpunkte auf 31 Prozent.", "The share rose by 4 percentage points to 31 percent.",
     [("unit", "4 percentage points", "4 percent"), ("number", "31", "13")]),
    ("Die Miete macht 31 Prozent des Einkommens aus.", "Rent takes up 31 percent of income.",
     [("unit", "31 percent", "31 percentage points")]),
    ("Die Temperatur sank auf minus 17 Grad.", "The temperature fell to minus 17 degrees.", [("number", "17", "70")]),
    ("Rund zwei Millionen Menschen sahen die Sendung.", "Some two million people watched the programme.",
     [("number", "two million", "ten million")]),
    ("Gestern traf Angela Merkel den Präsidenten.", "Yesterday Angela Merkel met the president.",
     [("name", "Merkel", "Thatcher")]),
    ("In Moskau sprach Wladimir Putin vor Soldaten.", "In Moscow, Vladimir Putin spoke to soldiers.",
     [("name", "Moscow", "Warsaw"), ("name", "Putin", "Medvedev")]),
    ("Der Zug fährt über Köln und München nach Wien.", "The train runs via Cologne and Munich to Vienna.",
     [("name", "Cologne", "Hamburg"), ("name", "Vienna", "Geneva")]),
    ("Die Regierung in Pjöngjang schwieg zu dem Bericht.", "The government in Pyongyang remained silent on the report.",
     [("name", "Pyongyang", "Seoul")]),
    ("Nach Angaben der EZB sinkt die Inflation.", "According to the ECB, inflation is falling.", [("name", "ECB", "IMF")]),
    ("Die SPD will dem Gesetz zustimmen.", "The SPD wants to approve the law.", [("name", "SPD", "CDU")]),
    ("Frau Müller leitet das Amt seit März.", "Ms Müller has headed the office since March.",
     [("name", "Müller", "Schneider")]),
    ("Der Sprecher sagte, Thomas Weber sei verletzt.", "The spokesman said Thomas Weber was injured.",
     [("name", "Weber", "Fischer"), ("dropped", "said Thomas Weber was injured", "")]),
    ("Frankreich und Polen wollen mehr Geld geben.", "France and Poland want to give more money.",
     [("name", "France", "Spain")]),
    ("Der Verein Lindental gewann das Spiel.", "The Lindental club won the match.", [("name", "Lindental", "Rosenau")]),
    ("Der Minister will nicht zurücktreten.", "The minister does not want to resign.",
     [("negation", "does not want", "wants")]),
    ("Es gab keine Verletzten.", "There were no injuries.", [("negation", "no injuries", "injuries")]),
    ("Niemand wurde bei dem Brand verletzt.", "Nobody was hurt in the fire.", [("negation", "Nobody", "Somebody")]),
    ("Er hat nie für den Geheimdienst gearbeitet.", "He never worked for the secret service.",
     [("negation", "never", "always")]),
    ("Die Firma hat nichts von dem Fehler gewusst.", "The company knew nothing of the mistake.",
     [("negation", "nothing", "everything")]),
    ("Weder die Polizei noch die Feuerwehr war vor Ort.", "Neither the police nor the fire brigade was there.",
     [("negation", "Neither the police nor the fire brigade was", "The police and the fire brigade were")]),
    ("Das ist nicht möglich, sagte der Richter.", "That is impossible, the judge said.",
     [("negation", "impossible", "possible")]),
    ("Mehr dazu unter www.kirchfeld.de/wahl.", "More at www.kirchfeld.de/wahl.",
     [("copy", "kirchfeld.de/wahl", "churchfield.de/choice")]),
    ("Hinweise bitte an info@kirchfeld.de senden.", "Please send tips to info@kirchfeld.de.",
     [("copy", "info@kirchfeld.de", "info@church field")]),
    ("Unter #Hochwasser melden sich viele Helfer.", "Many helpers are reporting under #Hochwasser.",
     [("copy", "#Hochwasser", "#flood")]),
    ("Lieber {name}, Ihr Paket ist da.", "Dear {name}, your parcel has arrived.", [("copy", "{name}", "name")]),
    ("Das Kommando `cargo test` prüft alles.", "The command `cargo test` checks everything.",
     [("copy", "`cargo test`", "`freight test`")]),
    ("Die Brücke, die seit drei Jahren gesperrt ist, wird nun doch erst im nächsten Herbst abgerissen, weil das Geld fehlt.",
     "The bridge, closed for three years, will not be demolished until next autumn because there is no money.",
     [("dropped", ", closed for three years, will not be demolished until next autumn because there is no money", " has been closed for three years")]),
    ("Der Landrat erklärte, man habe die Bürger früh gewarnt, doch viele hätten die Gefahr unterschätzt.",
     "The district administrator explained that citizens had been warned early, but many had underestimated the danger.",
     [("dropped", " that citizens had been warned early, but many had underestimated the danger", " it"),
      ("loop", "had been warned early", "had been warned and had been warned and had been warned early")]),
    ("Als der Regen am Abend nachließ, kehrten die ersten Bewohner in ihre Häuser zurück.",
     "When the rain eased in the evening, the first residents returned to their homes.",
     [("dropped", ", the first residents returned to their homes", ""),
      ("untranslated", "the first residents returned", "kehrten die ersten Bewohner in ihre")]),
    ("„Wir sind vorbereitet“, sagte die Bürgermeisterin.", "“We are prepared,” said the mayor.",
     [("dropped", ",” said", ", said")]),
    ("Die Gemeinde (4.200 Einwohner) baut eine Schule.", "The municipality (4,200 inhabitants) is building a school.",
     [("dropped", "inhabitants)", "inhabitants")]),
    ("Der Wirtschaftsausschuss tagt am Dienstag.", "The economic committee meets on Tuesday.",
     [("untranslated", "economic committee", "Wirtschaftsausschuss")]),
    ("Das Gericht wies die Klage der Anwohner ab.", "The court dismissed the residents' lawsuit.",
     [("untranslated", "dismissed the residents' lawsuit", "wies die Klage der Anwohner"),
      ("loop", "the residents' lawsuit", "the residents of the residents of the residents of the lawsuit")]),
    ("Viele Pendler steigen auf das Fahrrad um.", "Many commuters are switching to bicycles.",
     [("untranslated", "commuters are switching to bicycles", "commuters steigen auf das Fahrrad"),
      ("loop", "bicycles", "bicycles, bicycles, bicycles, bicycles")]),
    ("Nach dem Spiel feierten die Fans auf dem Marktplatz.", "After the match, fans celebrated in the market square.",
     [("untranslated", "fans celebrated in the market square", "und fans feierten auf dem Marktplatz"),
      ("loop", "fans celebrated", "fans celebrated fans celebrated fans celebrated")]),
    ("Sehr, sehr lange mussten die Gäste warten.", "The guests had to wait a very, very long time.", []),
    ("Die 80er Jahre waren laut und bunt.", "The 1980s were loud and colourful.", [("number", "1980s", "1970s")]),
    ("Im 19. Jahrhundert war der Hafen klein.", "In the nineteenth century the port was small.",
     [("number", "nineteenth", "twelfth")]),
    ("Das Museum ist von 10 bis 18 Uhr geöffnet.", "The museum is open from 10 a.m. to 6 p.m.",
     [("number", "6 p.m.", "8 p.m.")]),
    ("Kaum ein Haus blieb trocken.", "Hardly a house stayed dry.", []),
    ("Halb Europa schaute zu.", "Half of Europe was watching.", []),
    ("Die Bundesliga pausiert im Winter.", "The Bundesliga takes a break in winter.", []),
    ("Der Chruschtschow-Besuch machte Schlagzeilen.", "Khrushchev's visit made headlines.", []),
    ("Ein Dutzend Eier kostet vier Euro.", "A dozen eggs cost four euros.", [("number", "four", "seven")]),
    ("Das Kind ist erst fünf.", "The child is only five.", [("number", "five", "nine")]),
    ("Beide Seiten lehnten das Angebot ab.", "Both sides rejected the offer.", []),
]

rows = []
for german, english, changes in PAIRS:
    rows.append((german, english, "-"))
    for flag, old, new in changes:
        assert old in english, (english, old)
        rows.append((german, english.replace(old, new), flag))
    if len(german) > 25:
        rows.append((german, german, "untranslated"))
        words = english.rstrip(".").split(" ")
        rows.append((german, " ".join(words + words[-3:] * 3) + ".", "loop"))
with open("pairs.tsv", "w", encoding="utf-8", newline="\n") as out:
    for row in dict.fromkeys(rows):
        out.write("\t".join(row) + "\n")
