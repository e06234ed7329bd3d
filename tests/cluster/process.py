# SPDX-License-Identifier: GPL-2.0-or-later
"""Processes of a node: found, and ended as by a power cut."""
import os
import signal
import socket
import time


def read(pid, name):
    """a file of /proc/PID, whatever bytes another's process has put into it; "" when it has ended"""
    try:
        with open("/proc/%s/%s" % (pid, name), errors="replace") as f:
            return f.read()
    except OSError:
        return ""


def all_pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def children():
    found = {}
    for pid in all_pids():
        stat = read(pid, "stat").rsplit(")", 1)
        if len(stat) == 2:
            found.setdefault(int(stat[1].split()[1]), []).append(pid)
    return found


def tree(pid):
    """it, and all below it"""
    kids, out, todo = children(), [], [pid]
    while todo:
        out.append(todo.pop())
        todo += kids.get(out[-1], [])
    return out


def parent(pid):
    return next((p for p, kids in children().items() if pid in kids), 0)


def name(pid):
    return read(pid, "comm").strip()


def of_environment(text, *words):
    """processes that have this in their environment, and all of the words among their arguments"""
    return [pid for pid in all_pids() if text in read(pid, "environ") and set(words) <= set(read(pid, "cmdline").split("\0"))]


def with_text(text):
    """processes in whose command line it is"""
    return [pid for pid in all_pids() if text in read(pid, "cmdline")]


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def read_pid(path):
    with open(path) as f:
        return int(f.read())


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def wait_for(what, seconds, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise TimeoutError("%s: not within %d s" % (what, seconds))
