"""Writes multipart.json: what Django 5.2 on Python 3.11 reads from these bodies. Bytes stand as Latin-1."""
import json, sys
from io import BytesIO
import django
from django.conf import settings
settings.configure(DATA_UPLOAD_MAX_NUMBER_FIELDS=5, DATA_UPLOAD_MAX_NUMBER_FILES=3, DATA_UPLOAD_MAX_MEMORY_SIZE=60)
django.setup()
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.http.multipartparser import MultiPartParserError
MULTIPART = 'multipart/form-data; boundary=XX'
def field(name, value='', extra=''):
    return f'--XX\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n{value}\r\n'
def file(name, disposition, value='data', headers=''):
    return f'--XX\r\nContent-Disposition: form-data; name="{name}"; {disposition}\r\n{headers}\r\n{value}\r\n'
end = '--XX--\r\n'
base64 = 'Content-Transfer-Encoding: base64\r\n'
raw = lambda head, value: f'--XX\r\n{head}\r\n\r\n{value}\r\n'
bodies = [
    field('a', 'x') + end, field('a', 'x') + field('a', 'y') + end, field('a', '') + end, end, '', 'garbage',
    field('a', 'x'), field('a', 'x')[:-2], field('a', 'x') + '--XX', field('a', 'x') + '--XX\r\nContent-Disp', '--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--X',
    'preamble\r\n' + field('a', 'x') + end + 'epilogue', field('a', 'x\r\n--X') + end, field('a', '\r\n\r\n') + end, field('a', 'x\ny\r') + end,
    file('f', 'filename="a.txt"') + end, file('f', 'filename="a.txt"', ''), file('f', 'filename="a.txt"', 'cut')[:-2], file('f', 'filename="a.txt"', headers='Content-Type: text/plain; charset=utf-8\r\n') + end,
    file('f', 'filename="a.txt"', headers='Content-Type: Image/PNG\r\n') + end,
    file('f', 'filename=""') + end, file('f', 'filename="/"') + end, file('f', 'filename=".."') + end, file('f', 'filename="../a.txt"') + end, file('f', 'filename="C:\\d\\a.txt"') + end,
    file('f', 'filename="a\\"b.txt"') + end, file('f', 'filename=plain.txt') + end, file('f', 'filename="a;b=c.txt"') + end,
    file('f', "filename*=UTF-8''na%C3%AFve.txt") + end, file('f', "filename=\"x.txt\"; filename*=UTF-8''%e2%82%ac.txt") + end, file('f', "filename*=UTF-8''%e2%82%ac.txt; filename=\"x.txt\"") + end,
    file('f', "filename*=iso-8859-1'en'%A3.txt") + end, file('f', 'filename*=%A3.txt') + end, file('f', "filename*0=long; filename*1=er.txt") + end, file('f', "filename*0*=UTF-8''%C3%A9; filename*1=%41.txt") + end,
    file('f', "filename*=UTF-8''..%2Fa.txt") + end, file('f', "filename*=UTF-8''a%00b.txt") + end, file('f', 'filename="&#8364;.txt"') + end, file('f', 'filename="&amp;lt;.txt"') + end,
    field('n', 'x').replace('name="n"', "name*=UTF-8''%C3%A9") + end, field(' a ', 'x') + end, field('a&lt;', 'x') + end, field('\xc3\xa9', '\xc3\xa9\xff') + end,
    raw('content-disposition: FORM-DATA; NAME=a', 'x') + end, raw('CONTENT-DISPOSITION: form-data; name=a', 'x') + end, raw('Content-Disposition: attachment; name=a', 'x') + end, raw('Content-Disposition: form-data', 'x') + end, raw('X-Other: 1', 'x') + field('a', 'y') + end,
    raw('X-Other: 1\r\nContent-Disposition: form-data; name="a"', 'x') + end,
    '--XX \t\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--XX--',
    raw('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64', 'w6k=') + end, raw('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: Base64', 'dGVh') + end,
    raw('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64', 'dGV') + end, raw('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64', 'd!G V\r\nh') + end,
    raw('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: quoted-printable', 'a=3D') + end,
    file('f', 'filename="a"', 'dGVh', base64) + end, file('f', 'filename="a"', 'dG\r\nVh IQ==', base64) + end, file('f', 'filename="a"', 'dGV', base64) + end, file('f', 'filename="a"', 'd', base64) + end, file('f', 'filename="a"', '', base64) + end,
    file('f', 'filename="a"', 'QUJD' * 3000, base64) + end,
    ''.join(field(n) for n in 'abcde') + end, ''.join(field(n) for n in 'abcdef') + end,
    ''.join(file(n, 'filename="x"', '') for n in 'abc') + end, ''.join(file(n, 'filename="x"', '') for n in 'abcd') + end,
    ''.join(file(n, 'filename=""', '') for n in 'abcd') + end,
    field('a', 'x' * 57) + end, field('a', 'x' * 58) + end, field('ab', 'x' * 27) + field('cd', 'y' * 25) + end, field('ab', 'x' * 27) + field('cd', 'y' * 26) + end, field('a', 'x' * 10) + file('f', 'filename="big"', 'z' * 500) + end,
    field('a', 'x', '; y="' + 'z' * 1100 + '"') + end,
    file('f', 'filename="a.txt"', 'one') + field('a', 'after') + file('f', 'filename="b.txt"', 'two') + end,
]
types = [MULTIPART, 'multipart/form-data; boundary="XX"', 'multipart/form-data; charset=utf-8; boundary=XX', 'Multipart/Form-Data; boundary=XX', 'multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=' + 'X' * 201, 'multipart/form-data; boundary=' + 'X' * 202, 'multipart/form-data; boundary=YY', 'application/x-www-form-urlencoded']
cases = [[MULTIPART, body] for body in bodies] + [[kind, field('a', 'x').replace('XX', 'X' * 201) + '--' + 'X' * 201 + '--' if '201' in str(len(kind)) or kind.count('X') == 201 else field('a', 'x') + end] for kind in types]
cases += [['application/x-www-form-urlencoded', body] for body in ['a=' + 'x' * 58, 'a=' + 'x' * 59, 'a&b&c&d&e', 'a&b&c&d&e&f', '&&&&', '&&&&&', 'a=1&a=2', 'a=%zz&b=+%2B', 'a=%C3%A9&b=%FF', 'a;b=1', '=x', 'a==b', '\xc3\xa9=1']]
def read(kind, body):
    body = body.encode('latin-1')
    request = WSGIRequest({'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': kind, 'CONTENT_LENGTH': str(len(body)), 'wsgi.input': BytesIO(body), 'SERVER_NAME': 'a', 'SERVER_PORT': '80'})
    try:
        fields = [[k, v] for k, values in request.POST.lists() for v in values]
        files = [[k, f.name, f.content_type, f.read().decode('latin-1')] for k, values in request.FILES.lists() for f in values]
        return {'fields': fields, 'files': files}
    except (SuspiciousOperation, MultiPartParserError) as error:
        return {'status': 400, 'why': str(error)}
lines = [json.dumps([kind, body, read(kind, body)]) for kind, body in cases]
open(sys.argv[1], 'w').write('[\n' + ',\n'.join(lines) + '\n]\n')
