"""Writes tests/vectors/cookies.json: what Django 5.2 on Python 3.11 writes and reads."""
import json, random, sys
import django
from django.conf import settings
settings.configure(); django.setup()
from django.http import HttpResponse
from django.http.cookie import parse_cookie
r = random.Random(11)
alphabet = list('ab1;=," \\/()[]{}<>?@:%+-_.~|^`\'!#$&*') + ['\t', '\n', '\r', '\x00', '\x7f', '\x80', '\xe9', '\xff']
values = ['', 'plain', 'a b', 'a; Path=/evil', 'a,b', '"', '\\', '"quoted"', 'é', '\xff', 'x\r\nSet-Cookie: b=1', '{"a": [1, 2]}', '=', '%41', 'a=b', ' ', 'a\tb', '\\012', '\\"']
values += [''.join(r.choice(alphabet) for _ in range(r.randint(1, 9))) for _ in range(120)]
written = []
for value in values:
    response = HttpResponse()
    response.set_cookie('name', value)
    written.append([value, response.cookies['name'].OutputString()])
headers = ['a=1; b=2', 'a=1;a=2', 'a', '=', '=a', 'a=', ';;', 'a="b"', 'a="', 'a=""', '"a"=b', 'a="\\"', 'a="\\\\"', 'a="\\351"', 'a="\\3511"', 'a="\\400"', 'a="\\38"', 'a="\\0"', 'a="\\\\101"', 'a="x\\', 'a="\\101\\102\\"; b="c;d"', 'a=b=c; d', 'é=ü', 'a="\\é"', 'a=\\101', '\ta = b ;']
pieces = ['a', 'b', '=', ';', '"', '\\', ' ', '0', '1', '3', '7', '8', '\\101', '\\"', 'é', '="', '";', '\t']
headers += [''.join(r.choice(pieces) for _ in range(r.randint(1, 14))) for _ in range(300)]
read = [[h, list(map(list, parse_cookie(h).items()))] for h in headers]
attributes = []
def attr(**kw):
    response = HttpResponse(); response.set_cookie('n', 'v', **kw); attributes.append([kw, response.cookies['n'].OutputString()])
attr(path='/x', domain='example.com', secure=True, httponly=True, samesite='Lax')
attr(path=None); attr(path='')
attr(samesite='Strict', secure=True)
def lines(rows): return '[\n' + ',\n'.join(json.dumps(row) for row in rows) + '\n]'
open(sys.argv[1], 'w').write('{' + ',\n'.join(f'"{k}": {lines(v)}' for k, v in [('written', written), ('read', read), ('attributes', attributes)]) + '}\n')
