"""The clients of bench/soak: soak.py PORT PID SECONDS LOG."""

import asyncio
import collections
import random
import re
import statistics
import sys
import time

PORT, PID, SECONDS, LOG = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), sys.argv[4]
END = time.monotonic() + SECONDS
answers = collections.Counter()
faults = []


def memory():
    with open(f"/proc/{PID}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024


async def exchange(head, body=b"", hang_up=None, slowly=False):
    """Sends a request and gives status, headers and body; nothing where this client hangs up after so many seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    try:
        text = head.replace("\n", "\r\n").encode() + b"\r\n\r\n"
        if slowly:
            writer.write(text[:20])
            await writer.drain()
            await asyncio.sleep(random.uniform(0, 2))
            return None
        writer.write(text)
        for start in range(0, len(body), 1 << 16):
            writer.write(body[start:start + (1 << 16)])
            await writer.drain()
            if hang_up is not None and random.random() < 0.1:
                return None
        if hang_up is not None:
            await asyncio.sleep(hang_up)
            return None
        answer = await asyncio.wait_for(reader.read(), 60)
    finally:
        writer.transport.abort()
    status = int(answer.split(b" ", 2)[1])
    headers, _, content = answer.partition(b"\r\n\r\n")
    return status, headers.decode("latin-1"), content


def request(method, path, cookies="", extra=""):
    lines = f"{method} {path} HTTP/1.1\nHost: 127.0.0.1:{PORT}\nConnection: close"
    return lines + (f"\nCookie: {cookies}" if cookies else "") + extra


def cookies(headers, before=""):
    jar = dict(pair.split("=", 1) for pair in before.split("; ") if pair)
    jar.update(found.groups() for found in re.finditer(r"(?i)set-cookie: ([^=]+)=([^;]*)", headers))
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def form(path, jar, pairs):
    body = "&".join(f"{name}={value}" for name, value in pairs.items()).encode()
    kind = f"\nContent-Type: application/x-www-form-urlencoded\nContent-Length: {len(body)}"
    return exchange(request("POST", path, jar, kind), body)


async def token(path, jar=""):
    status, headers, content = await exchange(request("GET", path, jar))
    found = re.search(rb'csrfmiddlewaretoken" value="([^"]+)"', content)
    return status, cookies(headers, jar), found[1].decode() if found else ""


async def log_in():
    _, jar, secret = await token("/admin/login/")
    good = random.random() < 0.7
    password = "a+long+pass+word" if good else "wrong"
    status, headers, _ = await form(
        "/admin/login/", jar, {"csrfmiddlewaretoken": secret, "username": "soak", "password": password})
    if status != (302 if good else 200):
        raise ValueError(f"a log-in with a {'good' if good else 'bad'} password: {status}")
    if good:
        status, _, _ = await exchange(request("GET", "/admin/shop/product/", cookies(headers, jar)))
    return status


async def upload(hang_up=None):
    _, jar, secret = await token("/admin/login/")
    size = random.choice([1_000, 100_000, 3_000_000, 12_000_000])
    parts = [("csrfmiddlewaretoken", "", secret.encode()), ("size", "", str(size).encode()),
             ("file", '; filename="soak.bin"', random.randbytes(1_000) * (size // 1_000))]
    body = b"".join(
        f'--soak\r\nContent-Disposition: form-data; name="{name}"{rest}\r\n\r\n'.encode() + content + b"\r\n"
        for name, rest, content in parts) + b"--soak--\r\n"
    kind = f"\nContent-Type: multipart/form-data; boundary=soak\nContent-Length: {len(body)}"
    answer = await exchange(request("POST", "/upload/", jar, kind), body, hang_up)
    if answer is None:
        return None
    if answer[0] == 200 and answer[2] != str(size).encode():
        raise ValueError(f"the form says {answer[2][:40]!r}, not {size}")
    return answer[0]


async def get(path, hang_up=None):
    answer = await exchange(request("GET", path), hang_up=hang_up)
    return answer and answer[0]


KINDS = {
    "log in": (1, log_in),
    "upload": (2, upload),
    "upload, hang up": (2, lambda: upload(random.uniform(0, 0.05))),
    "list": (8, lambda: get("/products/")),
    "plain view": (4, lambda: get("/plain/")),
    "plain view, hang up": (2, lambda: get("/plain/", random.uniform(0, 0.1))),
    "async view": (4, lambda: get("/slow/")),
    "async view, hang up": (4, lambda: get("/slow/", random.uniform(0, 0.2))),
    "half a head": (1, lambda: exchange(request("GET", "/"), slowly=True)),
    "no such page": (1, lambda: get("/nope%0A/")),
}


async def client():
    names, weights = list(KINDS), [weight for weight, _ in KINDS.values()]
    while time.monotonic() < END:
        name = random.choices(names, weights)[0]
        try:
            status = await KINDS[name][1]()
        except Exception as fault:  # whatever it is, it is told
            faults.append(f"{name}: {type(fault).__name__}: {fault}")
            status = "fault"
        answers[name, status] += 1
        if isinstance(status, int) and status >= 500:
            faults.append(f"{name}: {status}")


async def main():
    clients = [asyncio.create_task(client()) for _ in range(48)]
    sizes = []
    while time.monotonic() < END:
        await asyncio.sleep(min(1, SECONDS / 60))
        sizes.append(memory())
    await asyncio.gather(*clients)
    for (name, status), count in sorted(answers.items(), key=str):
        print(f"{name:22} {status if status is not None else 'left':>6} {count:8}")
    quarter = len(sizes) // 4
    second, last = (statistics.median(part) for part in (sizes[quarter:2 * quarter], sizes[-quarter:]))
    print(f"{sum(answers.values())} requests in {SECONDS:.0f} s; memory: {second:.0f} MB in the second quarter, "
          f"{last:.0f} MB in the last, {max(sizes):.0f} MB at most")
    with open(LOG) as log:
        panics = [line for line in log if "panicked" in line]
    for fault in (faults + panics)[:20]:
        print("fault:", fault)
    flat = last <= 1.15 * second + 8
    if faults or panics or not flat:
        sys.exit(f"{len(faults)} faults, {len(panics)} panics, memory {'flat' if flat else 'growing'}")


asyncio.run(main())
