"""Credentials of a process."""

from tests.configurations.case import REGION, TO_AWS, Case, Kind

_GOOD = '{"Version": 1, "AccessKeyId": "AKIDPROC", "SecretAccessKey": "secret", "SessionToken": "p"}'


def _prints(name: str, output: str) -> Case:
    return Case(name, config="[default]\ncredential_process = /bin/cat {home}/keys.json\n", files={"keys.json": output})


def _runs(name: str, command: str, **files: str) -> Case:
    return Case(name, config=f"[default]\ncredential_process = {command}\n", files={"keys.json": _GOOD, **files})


_SCRIPT = f"import json, sys\nprint({_GOOD!r}.replace('AKIDPROC', 'AKID' + '+'.join(sys.argv[1:]).replace(' ', '.')))\n"
_SLOW = f"import time\ntime.sleep(1)\nprint({_GOOD!r})\n"

KIND = Kind(
    "processes",
    "credential_process",
    [
        _prints("keys and a token", _GOOD),
        _prints("keys without a token", _GOOD.replace(', "SessionToken": "p"', "")),
        _prints("a token that is null", _GOOD.replace('"p"', "null")),
        _prints("an expiration", _GOOD.replace("}", ', "Expiration": "2099-01-01T00:00:00Z"}')),
        _prints("an expiration with an offset", _GOOD.replace("}", ', "Expiration": "2099-01-01T00:00:00+00:00"}')),
        _prints("an expiration with fractions", _GOOD.replace("}", ', "Expiration": "2099-01-01T00:00:00.123Z"}')),
        _prints("an expiration without a zone", _GOOD.replace("}", ', "Expiration": "2099-01-01T00:00:00"}')),
        _prints("an expiration that is nonsense", _GOOD.replace("}", ', "Expiration": "soon"}')),
        _prints("an expiration that is null", _GOOD.replace("}", ', "Expiration": null}')),
        _prints("an expiration that is over", _GOOD.replace("}", ', "Expiration": "2001-01-01T00:00:00Z"}')),
        _prints("an account", _GOOD.replace("}", ', "AccountId": "123456789012"}')),
        _prints("an account that is a number", _GOOD.replace("}", ', "AccountId": 123456789012}')),
        _prints("a field that nobody knows", _GOOD.replace("}", ', "More": [1]}')),
        _prints("Version 2", _GOOD.replace("1,", "2,")),
        _prints("Version as text", _GOOD.replace("1,", '"1",')),
        _prints("no Version", _GOOD.replace('"Version": 1, ', "")),
        _prints("no key", _GOOD.replace('"AccessKeyId": "AKIDPROC", ', "")),
        _prints("no secret", _GOOD.replace('"SecretAccessKey": "secret", ', "")),
        _prints("names in small letters", _GOOD.lower()),
        _prints("nonsense", "nonsense"),
        _prints("a list", "[]"),
        _prints("nothing", " "),
        _prints("line ends and blanks around it", "\n\n  " + _GOOD + "  \n\n"),
        _prints("several lines", _GOOD.replace(",", ",\n")),
        _runs("an argument in double quotes", '{python} {home}/p.py "a b" c', **{"p.py": _SCRIPT}),
        _runs("an argument in single quotes", "{python} {home}/p.py 'a b' c", **{"p.py": _SCRIPT}),
        _runs("a backslash before a blank", "{python} {home}/p.py a\\ b", **{"p.py": _SCRIPT}),
        _runs("&", "{python} {home}/p.py a&b", **{"p.py": _SCRIPT}),
        _runs("|", "{python} {home}/p.py a|b", **{"p.py": _SCRIPT}),
        _runs(";", "{python} {home}/p.py a;b", **{"p.py": _SCRIPT}),
        _runs("$", "{python} {home}/p.py $HOME", **{"p.py": _SCRIPT}),
        _runs("*", "{python} {home}/p.py *.json", **{"p.py": _SCRIPT}),
        _runs(">", "{python} {home}/p.py a>b", **{"p.py": _SCRIPT}),
        _runs("#", "{python} {home}/p.py a#b", **{"p.py": _SCRIPT}),
        _runs(" # behind a blank", "{python} {home}/p.py a # b", **{"p.py": _SCRIPT}),
        _runs("~", "/bin/cat ~/keys.json"),
        _runs("a relative path", "/bin/cat keys.json"),
        _runs("a program of PATH", "cat {home}/keys.json"),
        _runs("a program in quotes", '"{python}" "{home}/p.py" a', **{"p.py": _SCRIPT}),
        _runs("an unclosed quote", '/bin/cat "{home}/keys.json'),
        _runs("a program that is not there", "{home}/none"),
        _runs("a program that fails", "/bin/false"),
        _runs(
            "a program that fails after it printed keys", "{python} {home}/p.py", **{"p.py": _SCRIPT + "sys.exit(1)\n"}
        ),
        _runs(
            "a program that prints to stderr too",
            "{python} {home}/p.py",
            **{"p.py": _SCRIPT + "print('note', file=sys.stderr)\n"},
        ),
        _runs("a program that takes a second", "{python} {home}/p.py", **{"p.py": _SLOW}),
        _runs("an empty command", ""),
        Case(
            "in credentials",
            credentials="[default]\ncredential_process = /bin/cat {home}/keys.json\n",
            files={"keys.json": _GOOD},
        ),
        Case(
            "of a named profile",
            {"AWS_PROFILE": "mine"},
            "[profile mine]\ncredential_process = /bin/cat {home}/keys.json\n",
            files={"keys.json": _GOOD},
        ),
    ],
    {**REGION, **TO_AWS},
)
