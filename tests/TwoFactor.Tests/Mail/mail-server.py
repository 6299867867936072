"""A mail server for tests: Debian's aiosmtpd speaks SMTP and TLS, the few lines here only decide what it answers.

Arguments: folder [--port N] [--tls CERT KEY] [--starttls CERT KEY] [--login NAME PASSWORD | --no-login] [--utf8] [--sender ANSWER] [--full-name] [--bare ANSWER]
With --full-name it takes recipients only from who said a full host name, as Postfix can (reject_non_fqdn_helo_hostname);
with --bare it answers so to who is called bare.
It prints its port. Each letter that it said yes to lies in the folder, numbered in their order; envelope and talk stand in its first lines.
What a recipient's name begins with decides: refused 550, busy 450, full 452 at RCPT; content 554, later 451 after the data; silent never
gets an answer, cut loses its connection after the data, held gets its yes when a line comes in; once-... does the same only the first time.
"""
import argparse
import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("folder")
arguments.add_argument("--port", type=int, default=0)
arguments.add_argument("--tls", nargs=2)
arguments.add_argument("--starttls", nargs=2)
arguments.add_argument("--login", nargs=2)
arguments.add_argument("--no-login", action="store_true")
arguments.add_argument("--utf8", action="store_true")
arguments.add_argument("--sender", default="250 OK")
arguments.add_argument("--full-name", action="store_true")
arguments.add_argument("--bare")
options = arguments.parse_args()

RECIPIENT = {"refused": "550 5.1.1 <{0}> is unknown here", "busy": "450 4.2.0 <{0}> is busy", "full": "452 4.2.2 <{0}> is full"}
CONTENT = {"content": "554 5.6.0 {0} gets no such letter", "later": "451 4.3.0 {0} gets it later"}
seen = set()
connections = 0
released = asyncio.Event()


def verdict(address, answers):
    name = address.split("@")[0]
    if name.startswith("once-"):
        if address in seen:
            return None
        name = name.removeprefix("once-")
        if name.split(".")[0] in answers:
            seen.add(address)
    return answers.get(name.split(".")[0], "").format(address) or None


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if options.sender.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(mail_options)
        return options.sender

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if options.full_name and "." not in session.host_name and not session.host_name.startswith("["):
            return f"504 5.5.2 <{session.host_name}>: Helo command rejected: need fully-qualified hostname"
        if options.bare and address.startswith("bare@"):
            return options.bare.format(address)
        if refusal := verdict(address, RECIPIENT):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        if refusal := verdict(address, CONTENT):
            return refusal
        if verdict(address, {"silent": "silent"}):
            # It is told that the letter came, so that a test knows when nobody answers.
            print("silent", flush=True)
            await asyncio.sleep(3600)
        if verdict(address, {"cut": "cut"}):
            server.transport.abort()
            return "250 never heard"
        number = len([name for name in os.listdir(options.folder) if name.endswith(".eml")])
        path = os.path.join(options.folder, f"{number:04}.eml")
        head = f"X-Envelope: {envelope.mail_from} {' '.join(envelope.rcpt_tos)}\r\nX-Connection: {session.number}\r\n"
        head += f"X-Hello: {session.host_name}\r\n"
        head += f"X-Protected: {session.ssl is not None or options.tls is not None}\r\nX-Login: {session.authenticated}\r\n"
        with open(path + ".part", "wb") as file:
            file.write(head.encode() + envelope.original_content)
        os.rename(path + ".part", path)
        if verdict(address, {"held": "held"}):
            # It is told before and after the yes, so that a test can do something on either side of it.
            print("held", flush=True)
            await released.wait()
            await server.push("250 OK")
            # The yes is out, and nobody is left who would answer a QUIT.
            server.transport.close()
            print("yes", flush=True)
            return "250 never heard"
        return "250 OK"

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        global connections
        if not hasattr(session, "number"):
            connections += 1
            session.number = connections
        session.host_name = hostname
        return responses

    async def handle_exception(self, error):
        return "451 4.3.0 the test's own mistake"


def check(server, session, envelope, mechanism, data):
    right = [part.decode() for part in (data.login, data.password)] == options.login
    return AuthResult(success=right, handled=False)


def context(files):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*files)
    return made


async def main():
    loop = asyncio.get_running_loop()
    login = {"authenticator": check, "auth_required": True, "auth_require_tls": False} if options.login else {}
    if options.no_login:
        login = {"auth_exclude_mechanism": ["LOGIN", "PLAIN"]}
    if options.starttls:
        login |= {"tls_context": context(options.starttls), "require_starttls": True}
    server = await loop.create_server(
        lambda: SMTP(Handler(), enable_SMTPUTF8=options.utf8, ident="test", loop=loop, **login),
        host="127.0.0.1", port=options.port, ssl=context(options.tls) if options.tls else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Whoever started it holds its input: when that ends, so does this.
    while await loop.run_in_executor(None, sys.stdin.readline):
        released.set()
    os._exit(0)


asyncio.run(main())
