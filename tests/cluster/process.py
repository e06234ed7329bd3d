# SPDX-License-Identifier: GPL-2.0-or-later
"""Processes of a node: found, and ended as by a power cut."""
import os
import signal
import socket
import time


def children():
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % pid) as f:
                found.setdefault(int(f.read().rsplit(")", 1)[1].split()[1]), []).append(int(pid))
        except OSError:
            pass    # it has ended
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
    try:
        with open("/proc/%d/comm" % pid) as f:
            return f.read().strip()
    except OSError:
        return ""


def of_environment(text, *words):
    """processes that have this in their environment, and all of the words among their arguments"""
    out = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid) as f:
                arguments = f.read().split("\0")
            with open("/proc/%s/environ" % pid, errors="replace") as f:
                if text in f.read() and all(word in arguments for word in words):
                    out.append(int(pid))
        except OSError:
            pass
    return out


def with_text(text):
    """processes in whose command line it is"""
    out = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid) as f:
                if text in f.read():
                    out.append(int(pid))
        except OSError:
            pass
    return out


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
