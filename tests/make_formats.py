"""Makes the files in tests/formats: one of each format that has no sample in samples/articles, with the traps of the format.

    python tests/make_formats.py
"""

import gzip
from email import policy
from email.message import EmailMessage
from pathlib import Path

FOLDER = Path(__file__).parent / "formats"


(FOLDER / "notiz.text").write_text('''Fähre fährt wieder

Die Fähre über den Ahlsee fährt seit Montag wieder. Sie lag drei Wochen in der Werft.

Zwei neue Motoren wurden eingebaut. Sie kosten zusammen 410.000 Euro.

„Wir sind froh, dass sie zurück ist“, sagte Kapitänin Jana Ohm.
''', encoding="utf-8")
m=EmailMessage()
m['Received']='from mail.ahlhausen.example by bote.example; Tue, 07 May 2024 09:30:12 +0200'
m['From']='Jana Ohm <presse@ahlhausen.example>'
m['To']='Redaktion <redaktion@bote.example>'
m['Subject']='Ahlhausen kauft die Güterhalle und baut eine Bücherei'
m['Date']='Tue, 07 May 2024 09:30:00 +0200'
m['Message-ID']='<4711@ahlhausen.example>'
m['Organization']='Stadt Ahlhausen'
m.set_content('''Der Rat der Stadt Ahlhausen hat am Montag beschlossen, die alte Güterhalle am
Bahnhof zu kaufen. Sie kostet 2,4 Millionen Euro und soll bis zum Herbst 2026 zur
Stadtbücherei werden.

„Damit bleibt ein Stück Geschichte erhalten“, sagte Bürgermeisterin Maria Weber.

Die Zeichnungen liegen bis Ende Mai im Rathaus aus.

Am 6. Mai 2024 um 18:02 schrieb Kai Lund <lund@bote.example>:
> Liegt der Beschluss schon vor?
> Wir drucken am Dienstag.

-- 
Jana Ohm
Pressestelle, Markt 1, 21000 Ahlhausen
''',cte='quoted-printable')
m.add_alternative('<html><body><p>Der Rat der Stadt Ahlhausen hat am Montag beschlossen, die alte Güterhalle am Bahnhof zu kaufen. Sie kostet 2,4 Millionen Euro und soll bis zum Herbst 2026 zur Stadtbücherei werden.</p><p>Mehr im Anhang.</p></body></html>',subtype='html')
m.add_attachment('Zeitplan\n\nDie Halle wird im Juni übergeben. Danach wird das Dach erneuert.\n\nIm Herbst 2026 zieht die Bücherei ein.\n\nDie Fenster folgen im Winter.\n',subtype='plain',filename='Zeitplan für die Halle.txt')
m.add_attachment(b'\x89PNG\r\n\x1a\n'+bytes(range(40)),maintype='image',subtype='png',filename='halle.png')
m.set_boundary('grenze')
(FOLDER / 'presse.eml').write_bytes(m.as_bytes(policy=policy.SMTP))

box='''From presse@ahlhausen.example Tue May  7 09:30:00 2024
From: =?utf-8?q?J=C3=BCrgen_Thies?= <thies@ahlhausen.example>
Subject: =?iso-8859-1?Q?F=E4hre_f=E4hrt_wieder?=
Date: Tue, 7 May 2024 09:30:00 +0200
Message-ID: <1@ahlhausen.example>
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: 8bit

Die F\xe4hre \xfcber den Ahlsee f\xe4hrt seit Montag wieder. Sie lag drei Wochen in der Werft.

Zwei neue Motoren wurden eingebaut. Sie kosten zusammen 410.000 Euro.

>From Kiel to Ahlhausen hei\xdft das Lied, das die Kapelle zur Begr\xfc\xdfung spielte.

From presse@ahlhausen.example Wed May  8 10:00:00 2024
From: presse@ahlhausen.example
Subject: Freibad
Date: Wed, 8 May 2024 10:00:00 +0200
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 7bit

<html><body><table><tr><td><h2>Freibad &ouml;ffnet sp&auml;ter</h2>
<p>Das Freibad &ouml;ffnet wegen einer Baustelle erst im Juni.</p>
<p>Die Karten bleiben g&uuml;ltig.</p></td></tr></table></body></html>

'''.encode('latin-1')
(FOLDER / 'postfach.mbox').write_bytes(box)

(FOLDER / "bote.rss").write_text('''<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
  <title>Der Ahlhauser Bote</title>
  <link>https://bote.example/</link>
  <description>Nachrichten aus Ahlhausen</description>
  <item>
    <title>Stadt kauft G&amp;uuml;terhalle &amp; baut um</title>
    <link>https://bote.example/halle?a=1&amp;b=2</link>
    <guid isPermaLink="false">bote-2024-17</guid>
    <pubDate>Tue, 07 May 2024 00:30:00 +0200</pubDate>
    <dc:creator>Jana Ohm</dc:creator>
    <category>Kultur</category>
    <description>Aus der alten Halle am Bahnhof wird eine Bücherei.</description>
    <content:encoded><![CDATA[<p>Der Rat hat am Montag beschlossen, die Halle zu kaufen. Sie kostet 2,4 Millionen Euro.</p>
<h2>Was nun kommt</h2><ul><li>Zuerst wird das Dach erneuert.</li><li>Dann kommen die Fenster.</li></ul>
<p>Der Beitrag Stadt kauft Güterhalle erschien zuerst auf Der Ahlhauser Bote.</p>]]></content:encoded>
  </item>
  <item>
    <title>Freibad öffnet erst im Juni</title>
    <link>https://bote.example/freibad</link>
    <pubDate>Wed, 08 May 2024 10:00:00 +0200</pubDate>
    <description>&lt;p&gt;Das Freibad öffnet wegen einer Baustelle erst im Juni.&lt;/p&gt;&lt;p&gt;Die Karten bleiben gültig.&lt;/p&gt;&lt;p&gt;Das teilte die Stadt am Mittwoch mit.&lt;/p&gt;</description>
  </item>
</channel>
</rss>
''', encoding="utf-8")

(FOLDER / "archiv.jsonl").write_text('''{"id": "a-1", "titel": "Fähre fährt wieder", "vorspann": "Drei Wochen lag sie in der Werft.", "text": "Die Fähre über den Ahlsee fährt seit Montag wieder.\\n\\nZwei neue Motoren wurden eingebaut. Sie kosten zusammen 410.000 Euro.", "datum": "2024-05-07", "autor": "Jürgen Thies", "quelle": "Der Ahlhauser Bote", "link": "https://bote.example/faehre", "tags": ["Verkehr", "See"]}
{"id": "a-2", "titel": "Regen am See", "html": "<p>Im Süden regnet es seit Tagen.</p><p>Der Pegel steht bei 3,20 Metern.</p><ul><li>Der Uferweg ist gesperrt.</li></ul>", "datum": 1715126399}
''', encoding="utf-8")

(FOLDER / "hafen.vtt").write_text('''WEBVTT - Gespräch im Hafen

NOTE Aufgenommen am 7. Mai 2024

1
00:00:01.000 --> 00:00:03.000
<v Kai Lund>Seit wann fährt
die Fähre wieder?

2
00:00:03.200 --> 00:00:05.000 align:start
<v Jana Ohm>Seit <i>Montag</i>. Sie lag

3
00:00:05.000 --> 00:00:07.500
<v Jana Ohm>drei Wochen in der Werft.

4
00:00:08.000 --> 00:00:10.000
<v Kai Lund>Und was kostet das?

5
00:00:10.500 --> 00:00:12.000
<v Jana Ohm>410.000 Euro.
''', encoding="utf-8")

CSV = '''Nr;Überschrift;Artikel;Datum;Quelle
17;Halle gekauft;"Der Rat hat am Montag beschlossen, die ""Güterhalle"" zu kaufen; sie kostet 2,4 Millionen Euro.

Im Herbst 2026 soll die Bücherei einziehen.

Die Pläne liegen im Rathaus aus.";07.05.2024;Der Ahlhauser Bote
18;Freibad zu;"Das Freibad öffnet erst im Juni.

Die Karten bleiben gültig.

Das kostet die Stadt 20.000 €.";08.05.2024;Der Ahlhauser Bote
'''
(FOLDER / "tabelle.csv").write_bytes(CSV.replace("\n", "\r\n").encode("cp1252"))


def record(address, block):
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2024-05-09T10:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


PAGE = """<!DOCTYPE html><html lang="de"><head><title>Fähre fährt wieder</title>
<meta property="article:published_time" content="2024-05-07T09:00:00+02:00">
<meta property="og:site_name" content="Der Ahlhauser Bote"></head>
<body><nav><a href="/">Start</a></nav><article><h1>Fähre fährt wieder</h1>
<p>Die Fähre über den Ahlsee fährt seit Montag wieder. Sie lag drei Wochen in der Werft, weil beide Motoren getauscht wurden.</p>
<p>Zwei neue Motoren wurden eingebaut. Sie kosten zusammen 410.000 Euro und sollen zwanzig Jahre halten.</p>
<p>„Wir sind froh, dass sie zurück ist“, sagte Kapitänin Jana Ohm am Anleger.</p></article></body></html>"""
ok = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n"
gone = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>Weg."
(FOLDER / "netz.warc").write_bytes(
    record("https://bote.example/faehre", ok + PAGE.encode("latin-1", "xmlcharrefreplace"))
    + record("https://bote.example/alt", gone)
)

TEXT = (FOLDER / "notiz.text").read_text(encoding="utf-8")
TEXT = TEXT.replace("Fähre fährt wieder", "Der Uferweg ist frei").replace("Montag", "Dienstag")
(FOLDER / "hinweis.gz").write_bytes(gzip.compress(TEXT.encode(), mtime=0))
