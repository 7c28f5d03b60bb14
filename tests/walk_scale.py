"""Walk docs/scale.md as it is typed, on a desk and a worker with a network and files of their own.

    sudo python tests/walk_scale.py [FOLDER]

Each machine is a namespace of the network (ip netns, a veth between them) and a layer over this
machine's files (overlayfs below FOLDER), in which the documents' own blocks run as root. Three
things are otherwise than on two computers: the program is installed from this checkout; what comes
from registries is fetched by this machine's network; and there is no systemd, so that `systemctl`
starts what the units name, as their user. At the end the desk has what a server in the worker's
network told, was told it by a worker that took the place of a killed one, and nobody else came in.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADDRESSES = {"desk": "10.77.0.1", "worker": "10.77.0.2"}
FEED = """<rss version="2.0"><channel><title>t</title>{}</channel></rss>"""
ITEM = (
    "<item><guid>https://e.org/{0}</guid><description>晴川市第{0}医院急需口罩{0}只</description>"
    "<pubDate>Wed, 12 Feb 2020 06:30:00 GMT</pubDate></item>"
)
SOURCE = """
[[sources]]
name = "news"
spider = "feed"
urls = ["http://10.77.0.2:8099/feed.xml"]
every = "5s"
delay = 0.2
allow_private = true
obey_robots = false
"""
# Starts what a unit names, as its user, with its environment; knows no more of systemd than that.
SYSTEMCTL = r"""#!/bin/bash
start() {
  case $1 in
    redis-server@*)
      name=${1#*@}
      install -d -o redis -g redis -m 2755 /run/redis-$name
      setpriv --reuid redis --regid redis --init-groups \
        redis-server /etc/redis/redis-$name.conf --daemonize no >/dev/null 2>&1 &;;
    distress|distress-work@*)
      unit=/etc/systemd/system/${1%%@*}; [ "$1" = distress ] || unit=$unit@
      command=$(sed -n 's/^ExecStart=//p' $unit.service)
      cd /var/lib/distress
      [ -e /etc/distress/secrets.env ] && set -a && . /etc/distress/secrets.env && set +a
      setpriv --reuid distress --regid distress --init-groups \
        $command >>/var/log/$1.log 2>&1 &
      echo $! >/run/$1.pid;;
  esac
}
action=$1; shift
case $action in
  enable) for unit in "$@"; do [ "$unit" = --now ] || start "$unit"; done;;
  restart) kill "$(cat /run/$1.pid)" 2>/dev/null; start "$1";;
esac
exit 0
"""
SUDO = """#!/bin/sh
shift; user=$1; shift
exec setpriv --reuid "$user" --regid "$user" --init-groups "$@"
"""


class Machine:
    """A layer over this machine's files, and a namespace of the network."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.root = folder / name / "root"
        for part in ("upper", "work", "root"):
            (folder / name / part).mkdir(parents=True)
        layers = f"lowerdir=/,upperdir={folder / name}/upper,workdir={folder / name}/work"
        done("mount", "-t", "overlay", name, "-o", layers, self.root)
        for place in ("proc", "dev", "sys"):
            done("mount", "--rbind", f"/{place}", self.root / place)
        done("mount", "-t", "tmpfs", "run", self.root / "run")
        for path, words in (("usr/local/bin/systemctl", SYSTEMCTL), ("usr/local/bin/sudo", SUDO)):
            self.write(path, words)
            (self.root / path).chmod(0o755)

    def write(self, path: str, words: str) -> None:
        """Write a file."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(words, encoding="utf-8")

    def run(self, script: str, **environment: str) -> str:
        """Run a block of a document as root from the top of a checkout; return what it prints."""
        tell(f"--- {self.name}\n{script.rstrip()}")
        net = f"nsenter --net=/proc/{os.getpid()}/ns/net"  # where the registries are reached
        script = re.sub(
            r"(\S+/pip) install '[^']*(\[[^']*\])'",
            rf"{net} \1 install -q -c {ROOT}/constraints.txt '{ROOT}\2'",
            script,
        ).replace("apt-get", f"{net} apt-get -qq")
        enter = ("ip", "netns", "exec", self.name, "chroot", self.root, "bash", "-ec")
        ran = subprocess.run(
            [*map(str, enter), f"cd {shlex.quote(str(ROOT))}\n{script}"],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            env={**os.environ, "PATH": "/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin",
                 "PYTHONPATH": "", **environment},
        )  # fmt: skip
        assert ran.returncode == 0, f"{ran.returncode}: {ran.stdout}"
        return ran.stdout


def tell(words: str) -> None:
    """Show what is done."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def done(*words: object) -> None:
    """Run a program that has to do what it is told."""
    subprocess.run([*map(str, words)], check=True)


def blocks(document: str, language: str) -> list[str]:
    """Return the blocks of a document in a language."""
    words = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", words, re.M | re.S)


def wait_for(what: str, is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + 300
    while not is_so():
        assert time.monotonic() < until, what
        time.sleep(0.5)
    tell(f"+++ {what}")


def walk(folder: Path) -> None:
    """Set both machines up and let them crawl."""
    desk, worker = (Machine(name, folder) for name in ADDRESSES)
    count = "import sqlite3; print(sqlite3.connect('/var/lib/distress/distress.db').execute("

    def posts() -> int:
        query = shlex.quote(count + "'SELECT count(*) FROM posts').fetchone()[0])")
        return int(desk.run(f"/opt/distress/bin/python -c {query}"))

    def serve(number: int) -> None:
        items = "".join(ITEM.format(one) for one in range(1, number + 1))
        worker.write("srv/feed.xml", FEED.format(items))

    [service] = [one for one in blocks("docs/service.md", "sh") if "useradd" in one]
    prepared = service.replace("systemctl enable --now distress distress-desk\n", "")
    desk.run(prepared)
    printed = desk.run(blocks("docs/scale.md", "sh desk")[0])
    settings = "var/lib/distress/distress.toml"
    desk.write(settings, f"{blocks('docs/scale.md', 'toml desk')[0]}{SOURCE}")
    serve(1)
    worker.run("cd /srv && (python3 -m http.server 8099 --bind 10.77.0.2 >/dev/null 2>&1 &)")
    desk.run("systemctl restart distress")
    worker.write("etc/distress/queue.crt", (desk.root / "etc/redis/queue.crt").read_text())
    password = printed.rpartition("QUEUE_PASSWORD=")[2].strip()
    worker.run(blocks("docs/scale.md", "sh worker")[0], WORKER_PASSWORD=password)
    wait_for("a post came from the worker's network to the desk", lambda: posts() == 1)
    serve(40)
    worker.run("kill -9 $(cat /run/distress-work@1.pid)")
    wait_for("the other worker goes on", lambda: posts() == 40)
    worker.run("! (: </dev/tcp/10.77.0.1/6379) 2>/dev/null")
    refused = worker.run(
        "redis-cli -h 10.77.0.1 -p 6380 --tls --cacert /etc/distress/queue.crt ping"
    )
    assert "NOAUTH" in refused, refused
    tell(desk.run("tail -n 20 /var/log/distress.log"))
    tell(worker.run("tail -n 5 /var/log/distress-work@*.log; ls -l /etc/distress"))


def main() -> None:
    """Make the namespaces, walk, and take everything away again."""
    if os.environ.get("WALK_WITHIN") is None:  # mounts that end with this process
        words = [sys.executable, *sys.argv]
        os.execvpe("unshare", ["unshare", "-m", *words], {**os.environ, "WALK_WITHIN": "1"})
    folder = Path(tempfile.mkdtemp(dir=sys.argv[1] if len(sys.argv) > 1 else "/var/tmp"))
    for name in ADDRESSES:
        done("ip", "netns", "add", name)
    try:
        done("ip", "link", "add", "wire0", "netns", "desk", "type", "veth", "peer", "name", "wire0",
             "netns", "worker")  # fmt: skip
        for name, address in ADDRESSES.items():
            for words in (
                f"addr add {address}/24 dev wire0",
                "link set wire0 up",
                "link set lo up",
            ):
                done("ip", "-n", name, *words.split())
        walk(folder)
    finally:
        for name in ADDRESSES:
            pids = subprocess.run(["ip", "netns", "pids", name], stdout=subprocess.PIPE, text=True)
            for pid in pids.stdout.split():
                os.kill(int(pid), 9)
            done("ip", "netns", "del", name)
        subprocess.run(["umount", "-R", *(str(folder / name / "root") for name in ADDRESSES)])
        subprocess.run(["rm", "-rf", "--one-file-system", str(folder)])


if __name__ == "__main__":
    main()
