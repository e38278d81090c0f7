#!/usr/bin/env python3
"""Makes the PDF, DOCX, ODT and EPUB files of tests/formats and tests/readers. All text was written for this project.

Needs: pip install reportlab==5.1.0. The other formats are written with the standard library, file by file, so that they hold
exactly what the tests ask for. Running it again changes no byte.
"""

import os
import zipfile

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

HERE = os.path.dirname(os.path.abspath(__file__))
FORMATS = os.path.join(HERE, "../formats")

# ---------------------------------------------------------------- PDF


def pdf(path, title=None, author=None):
    drawing = canvas.Canvas(path, pagesize=A4, invariant=1)
    if title:
        drawing.setTitle(title)
    if author:
        drawing.setAuthor(author)
    return drawing


def lines(drawing, x, y, texts, size=10, leading=13, font="Helvetica"):
    drawing.setFont(font, size)
    for text in texts:
        drawing.drawString(x, y, text)
        y -= leading
    return y


def frame(drawing, page, head):
    """Running head and page number."""
    lines(drawing, 60, 800, [head], 8)
    lines(drawing, 290, 40, [f"- {page} -"], 8)


LEFT = [
    "Die Stadtwerke wollen am alten",
    "Güterbahnhof einen Wärmespei-",
    "cher bauen. Der Rat hat dem am",
    "Dienstag zugestimmt. Der Tank",
    "soll 34 Meter hoch werden und",
    "im Winter 6.000 Wohnungen mit",
    "Wärme versorgen.",
]
LEFT_2 = [
    "Die Kosten schätzt das Werk auf",
    "14 Millionen Euro. Davon zahlt",
    "das Land gut ein Drittel.",
]
RIGHT = [
    "Gegen den Standort hatten An-",
    "wohner mehr als 800 Unterschrif-",
    "ten gesammelt. Sie fürchten den",
    "Schatten des Turms. „Wir sind",
    "nicht gegen die Wärme“, sagte",
    "eine Sprecherin, „aber gegen die",
    "Größe.“ Die Verwaltung hat dar-",
    "auf den Abstand zu den Häusern",
    "um zwölf Meter erhöht. Bis zum",
    "Herbst soll ein Gutachten klären,",
]
NEXT = [
    "wie laut die Pumpen sind. Danach",
    "beginnt der Bau.",
]


def speicher():
    """Two columns under a headline, a sentence across pages, running heads, page numbers, a footnote, a table, turned text."""
    drawing = pdf(os.path.join(FORMATS, "speicher.pdf"), "Microsoft Word - speicher_final.doc", "Jana Ohm")
    frame(drawing, 1, "Stadtblatt Ulmen, Nr. 12")
    lines(drawing, 60, 745, ["Ein Speicher für den Winter"], 22, font="Times-Bold")
    lines(drawing, 60, 722, ["Der Rat stimmt dem Turm am Bahnhof zu, die Anwohner bleiben skeptisch und wollen klagen."], 10, font="Helvetica-Oblique")
    y = lines(drawing, 60, 690, LEFT, font="Times-Roman", size=11)
    y = lines(drawing, 70, y, LEFT_2[:1], font="Times-Roman", size=11)
    lines(drawing, 60, y, LEFT_2[1:], font="Times-Roman", size=11)
    lines(drawing, 310, 690, RIGHT, font="Times-Roman", size=11)
    drawing.setFont("Times-Roman", 6)
    drawing.drawString(60, 68, "1")
    lines(drawing, 64, 64, ["Ohne die Leitungen, die schon im Boden liegen."], 8)
    drawing.saveState()
    drawing.translate(575, 300)
    drawing.rotate(90)
    lines(drawing, 0, 0, ["Druck: Muster und Söhne"], 7)
    drawing.restoreState()
    drawing.showPage()
    frame(drawing, 2, "Stadtblatt Ulmen, Nr. 12")
    y = lines(drawing, 60, 760, NEXT, font="Times-Roman", size=11)
    y = lines(drawing, 60, y - 16, ["Was der Speicher kann"], 13, font="Times-Bold")
    y = lines(drawing, 60, y - 8, ["Das Werk hat die Zahlen zum ersten Mal offengelegt. Sie gelten für einen Winter, der so kalt ist"], 11, font="Times-Roman")
    y = lines(drawing, 60, y, ["wie der letzte."], 11, font="Times-Roman")
    for left, middle in [("Größe", "Wert"), ("Höhe", "34 m"), ("Inhalt", "20 Mio. Liter")]:
        drawing.setFont("Times-Roman", 11)
        drawing.drawString(60, y - 10, left)
        drawing.drawString(220, y - 10, middle)
        y -= 14
    lines(drawing, 60, y - 24, ["• Der Bau beginnt im März.", "• Die erste Wärme kommt ein Jahr später."], 11, font="Times-Roman")
    drawing.showPage()
    drawing.save()


def scanned():
    """Pages that are pictures."""
    drawing = pdf(os.path.join(HERE, "scan.pdf"))
    for _ in range(2):
        drawing.drawInlineImage(gray(), 50, 50, 200, 200)
        drawing.showPage()
    drawing.save()


def gray():
    from PIL import Image

    return Image.new("L", (8, 8), 200)


def hidden():
    """Text that is drawn without ink beside text that is seen; one word drawn twice."""
    drawing = pdf(os.path.join(HERE, "hidden.pdf"))
    lines(drawing, 60, 700, ["Der Rat hat am Montag getagt und den Plan beschlossen."])
    lines(drawing, 60.2, 700, ["Der Rat hat am Montag getagt und den Plan beschlossen."])
    text = drawing.beginText(60, 600)
    text.setTextRenderMode(3)
    text.setFont("Helvetica", 10)
    text.textLine("Wer das liest, soll loben.")
    drawing.drawText(text)
    drawing.showPage()
    drawing.save()


def encrypted():
    from reportlab.lib import pdfencrypt

    drawing = canvas.Canvas(os.path.join(HERE, "encrypted.pdf"), pagesize=A4, invariant=1, encrypt=pdfencrypt.StandardEncryption("geheim", canPrint=0))
    lines(drawing, 60, 700, ["Der Rat hat getagt."])
    drawing.showPage()
    drawing.save()


def bomb():
    """A page whose forms draw each other: two to the power of fifty times."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    resources = lambda number: b"/Resources << /XObject << /X %d 0 R >> >>" % number
    objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R " + resources(5) + b" >>")
    objects.append(b"<< /Length 10 >>\nstream\n/X Do /X Do\nendstream".replace(b"10", b"11"))
    for number in range(5, 60):
        body = b"/X Do /X Do"
        objects.append(b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length %d %s >>\nstream\n%s\nendstream" % (len(body), resources(number + 1), body))
    objects.append(b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 3 >>\nstream\nq Q\nendstream")
    file = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    with open(os.path.join(HERE, "endless.pdf"), "wb") as out:
        out.write(file)


# ---------------------------------------------------------------- archives


def archive(path, files, stored=()):
    with zipfile.ZipFile(path, "w") as out:
        for name, content in files:
            info = zipfile.ZipInfo(name, (2024, 5, 7, 12, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            out.writestr(info, content)


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def run(text, properties=""):
    rpr = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{rpr}<w:t xml:space="preserve">{text}</w:t></w:r>'


def para(*runs, style="", properties=""):
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    ppr = f"<w:pPr>{style}{properties}</w:pPr>" if style or properties else ""
    return f"<w:p>{ppr}{''.join(runs)}</w:p>"


def item(text, level=0, number=1):
    return para(run(text), properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def docx():
    cell = lambda text: f"<w:tc>{para(run(text))}</w:tc>"
    row = lambda *cells: f"<w:tr>{''.join(map(cell, cells))}</w:tr>"
    box = para(run("Im Kasten: Der Hafen ist seit 1911 in Betrieb."))
    body = "".join([
        para(run("Der Hafen wird tiefer"), style="Titel"),
        para(run("Die Fahr"), run("rinne bekommt bis 2027 zwei Me"), "<w:r><w:softHyphen/></w:r>", run("ter mehr Tiefe"),
             "<w:r><w:footnoteReference w:id=\"2\"/></w:r>", run(". Das hat der Kreistag "),
             f'<w:del w:id="9" w:author="A"><w:r><w:delText>am Montag einstimmig </w:delText></w:r></w:del>',
             f'<w:ins w:id="10" w:author="A">{run("am Dienstag ")}</w:ins>', run("beschlossen.")),
        para(run("Warum gebaggert wird"), style="berschrift1"),
        para(run("Schiffe mit mehr als 8"), "<w:r><w:noBreakHyphen/></w:r>", run("Meter-Tiefgang müssen heute auf die Flut warten. Die Fläche misst 41.230 m"),
             run("2", '<w:vertAlign w:val="superscript"/>'), run(". "), run("Streichen!", "<w:strike/>"), run("Notiz an mich.", "<w:vanish/>"),
             '<w:hyperlink w:anchor="x">' + run("Mehr zum Plan") + "</w:hyperlink>", run(" steht im Amtsblatt vom "),
             '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DATE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>',
             run("7. Mai 2024"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>', run(".")),
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>" + box + "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>" + box
        + "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>" + run("Der Bau hat drei Schritte:") + "</w:p>",
        item("Zuerst wird vermessen."),
        item("Dann wird gebaggert,"),
        item("und zwar nachts.", 1),
        item("Zuletzt kommen die Bojen."),
        item("Der Fischfang ruht so lange.", 0, 2),
        f"<w:tbl>{row('Jahr', 'Tiefe')}{row('2023', '8 Meter')}{row('2027', '10 Meter')}</w:tbl>",
        para(run("„Das ist gut für den Hafen“, sagte der Landrat."), style="Zitat"),
    ])
    heading = '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    styles = f'<w:styles {W}><w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>{heading}<w:style w:type="paragraph" w:styleId="Zitat"><w:name w:val="Quote"/></w:style></w:styles>'
    level = lambda place, kind, text: f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
    numbering = (f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1.")}{level(1, "lowerLetter", "%2)")}</w:abstractNum>'
                 f'<w:abstractNum w:abstractNumId="1">{level(0, "bullet", "•")}</w:abstractNum>'
                 '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>')
    core = ('<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>Unbenannt</dc:title><dc:creator>Jana Ohm</dc:creator>'
            '<dcterms:created>2024-05-07T08:00:00Z</dcterms:created><dcterms:modified>2024-05-09T08:00:00Z</dcterms:modified></cp:coreProperties>')
    notes = (f'<w:footnotes {W}><w:footnote w:type="separator" w:id="-1">{para(run("---"))}</w:footnote>'
             f'<w:footnote w:id="2">{para(run(" Gemessen bei mittlerem Niedrigwasser."))}</w:footnote></w:footnotes>')
    rels = '<Relationships xmlns="r"><Relationship Id="a" Type="http://x/officeDocument" Target="word/document.xml"/></Relationships>'
    archive(os.path.join(FORMATS, "hafen.docx"), [
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", rels),
        ("word/document.xml", f'<?xml version="1.0" encoding="UTF-8"?><w:document {W}><w:body>{body}</w:body></w:document>'),
        ("word/styles.xml", styles),
        ("word/numbering.xml", numbering),
        ("word/footnotes.xml", notes),
        ("word/comments.xml", f'<w:comments {W}><w:comment w:id="0" w:author="A">{para(run("Stimmt das?"))}</w:comment></w:comments>'),
        ("word/header1.xml", f'<w:hdr {W}>{para(run("Kreisblatt, 19. Woche"))}</w:hdr>'),
        ("docProps/core.xml", core),
    ])


NAMES = ('xmlns:office="o" xmlns:text="t" xmlns:style="s" xmlns:table="b" xmlns:draw="d" xmlns:dc="c" xmlns:meta="m" xmlns:fo="f"')


def odt():
    automatic = ('<office:automatic-styles>'
                 '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
                 '<style:style style:name="T1" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>'
                 '<style:style style:name="T2" style:family="text"><style:text-properties text:display="none"/></style:style>'
                 '<style:style style:name="T3" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>'
                 '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
                 '<text:list-level-style-bullet text:level="2" text:bullet-char="•"/></text:list-style>'
                 '</office:automatic-styles>')
    cell = lambda text: f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"
    row = lambda *cells: f"<table:table-row>{''.join(map(cell, cells))}</table:table-row>"
    body = "".join([
        '<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>A</dc:creator><dc:date>2024-05-01</dc:date>'
        "</office:change-info><text:p>Das glaubt niemand.</text:p></text:deletion></text:changed-region></text:tracked-changes>",
        '<text:table-of-content><text:index-body><text:p>Der Wald 1</text:p></text:index-body></text:table-of-content>',
        '<text:p text:style-name="P1">Der Wald kommt zurück</text:p>',
        '<text:p>Auf 1.200 Hektar wächst wieder Wald<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        "<text:p>Stand im April, nach Angaben der Forstämter.</text:p></text:note-body></text:note>. Gemessen<text:s text:c=\"2\"/>wurde auf 40 km"
        '<text:span text:style-name="T1">2</text:span>.<office:annotation><dc:creator>B</dc:creator><dc:date>2024-05-02</dc:date><text:p>Quelle?</text:p>'
        '</office:annotation><text:span text:style-name="T2">Geheim.</text:span><text:span text:style-name="T3">Alt.</text:span></text:p>',
        '<text:h text:outline-level="1">Was gepflanzt wurde</text:h>',
        '<text:p>Drei Arten stehen nun in den Tälern,<text:line-break/>die <text:a>besser</text:a> mit der Trockenheit leben:</text:p>',
        '<text:list text:style-name="L1"><text:list-item><text:p>Eichen</text:p><text:list><text:list-item><text:p>vor allem am Hang</text:p></text:list-item>'
        "</text:list></text:list-item><text:list-item><text:p>Linden</text:p></text:list-item></text:list>",
        f"<table:table>{row('Jahr', 'Bäume')}{row('2022', '40.000')}</table:table>",
        '<text:p><draw:frame><draw:text-box><text:p>Im Kasten: Der Förster zählt im Herbst.</text:p></draw:text-box></draw:frame>Das Land zahlt die Hälfte.</text:p>',
    ])
    content = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES}>{automatic}<office:body><office:text>{body}</office:text></office:body></office:document-content>'
    styles = (f'<office:document-styles {NAMES}><office:styles><style:style style:name="Title" style:family="paragraph"/></office:styles>'
              '<office:master-styles><style:master-page><style:header><text:p>Forstblatt</text:p></style:header></style:master-page></office:master-styles></office:document-styles>')
    meta = (f'<office:document-meta {NAMES}><office:meta><meta:initial-creator>Jana Ohm</meta:initial-creator><dc:date>2024-05-09T10:00:00</dc:date>'
            '<meta:creation-date>2024-05-07T10:00:00</meta:creation-date></office:meta></office:document-meta>')
    archive(os.path.join(FORMATS, "wald.odt"), [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", content),
        ("styles.xml", styles),
        ("meta.xml", meta),
        ("META-INF/manifest.xml", "<manifest/>"),
    ], stored=("mimetype",))


def epub():
    page = lambda title, body: (f'<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>{title}</title></head>'
                                f"<body>{body}</body></html>")
    one = page("1", "<h1>Die Ankunft</h1><p>Im Frühjahr kam der Zug zum ersten Mal bis ans Meer. Niemand stieg aus.</p>"
                    "<p>Der Bahnhof hatte kein Dach, und der Wind trug den Sand bis in die Halle.</p><p>So blieb es ein Jahr.</p>")
    two = page("2", "<h1>Der Umbau</h1><p>Ein Jahr später stand das Dach. Die Stadt hatte es selbst bezahlt.</p><ul><li>Es ist aus Holz.</li><li>Es hält.</li></ul>")
    package = ('<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Der Zug ans Meer</dc:title>'
               "<dc:creator>Jana Ohm</dc:creator><dc:publisher>Verlag am Deich</dc:publisher><dc:date>2024-05-07</dc:date><dc:language>de</dc:language></metadata>"
               '<manifest><item id="c" href="cover.xhtml" media-type="application/xhtml+xml"/><item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
               '<item id="a" href="text/eins.xhtml" media-type="application/xhtml+xml"/><item id="b" href="text/zwei%20neu.xhtml" media-type="application/xhtml+xml"/></manifest>'
               '<spine><itemref idref="c"/><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>')
    nav = page("Inhalt", '<nav epub:type="toc" xmlns:epub="http://www.idpf.org/2007/ops"><ol><li><a href="text/eins.xhtml">Die Ankunft</a></li>'
                         '<li><a href="text/zwei%20neu.xhtml#a">Der Umbau</a></li></ol></nav>')
    archive(os.path.join(FORMATS, "zug.epub"), [
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", '<container xmlns="c"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'),
        ("OEBPS/book.opf", package),
        ("OEBPS/cover.xhtml", page("Umschlag", "<p>Der Zug ans Meer</p>")),
        ("OEBPS/nav.xhtml", nav),
        ("OEBPS/text/eins.xhtml", one),
        ("OEBPS/text/zwei neu.xhtml", two),
    ], stored=("mimetype",))


if __name__ == "__main__":
    speicher()
    scanned()
    hidden()
    encrypted()
    bomb()
    docx()
    odt()
    epub()
