# SPDX-License-Identifier: GPL-2.0-or-later
"""Is what a document shows what a command prints? A line of three dots stands for any lines that are left out."""

DOTS = "..."


def parts(shown):
    """The runs of lines between the dots"""
    found = [[]]
    for line in shown:
        if line.strip() == DOTS:
            found.append([])
        else:
            found[-1].append(line)
    return found


def find(run, lines, start):
    """The first place from start on where all of run stands, or None"""
    return next((at for at in range(start, len(lines) - len(run) + 1) if lines[at:at + len(run)] == run), None)


def difference(shown, printed):
    """None when they agree, else the shown line that is not where it should be"""
    runs = parts(shown)
    if len(runs) == 1:
        for n in range(max(len(shown), len(printed))):
            want, got = (shown[n] if n < len(shown) else None), (printed[n] if n < len(printed) else None)
            if want != got:
                return "shown:   %s\nprinted: %s" % (want, got)
        return None
    first, last = runs[0], runs[-1]
    if printed[:len(first)] != first:
        return difference(first, printed[:len(first)])
    at = len(first)
    for run in runs[1:-1]:
        place = find(run, printed, at)
        if place is None:
            return "not printed, or not there: %s" % run[0]
        at = place + len(run)
    end = printed[max(at, len(printed) - len(last)):] if last else []
    return difference(last, end)


def updated(shown, printed):
    """What to show instead: all of it, or as many lines as before the first dots and behind the last ones"""
    runs = parts(shown)
    if len(runs) == 1:
        return printed
    if len(runs) > 2:
        raise ValueError("lines are left out in more than one place: to be done by hand")
    first, last = len(runs[0]), len(runs[-1])
    dots = next(line for line in shown if line.strip() == DOTS)
    return printed[:first] + [dots] + (printed[len(printed) - last:] if last else [])
