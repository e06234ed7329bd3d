# SPDX-License-Identifier: GPL-2.0-or-later
"""Machines to sweep on, all of them this one: node1 and node2 by ssh, or as nodes of a Slurm. Private: own keys, ports and files."""
import getpass
import os
import shutil
import subprocess

import process

NAMES = ("node1", "node2")


def missing(*programs):
    """those that are not installed; daemons are in /usr/sbin"""
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    return [p for p in programs if not shutil.which(p, path=path)]


def run(directory, *command, **env):
    """its output"""
    env = dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin:/sbin", **env)
    p = subprocess.run(command, cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                       timeout=60, env=env)
    if p.returncode:
        raise ValueError("%s: exit status %d: %s" % (" ".join(command), p.returncode, p.stdout))
    return p.stdout


class Ssh:
    """One sshd for each node."""

    PROGRAMS = ("sshd", "ssh", "ssh-keygen", "parallel")
    PACKAGES = "openssh-server openssh-client parallel"

    def __init__(self, directory, path):
        self.directory, self.ports = directory, process.free_ports(len(NAMES))
        for name in ("host", "user"):
            run(directory, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name)
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)     # sshd of Debian wants it; its package's service makes it
        for name, port in zip(NAMES, self.ports):
            with open(os.path.join(directory, name + ".conf"), "w") as f:
                f.write("Port %d\nListenAddress 127.0.0.1\nHostKey %s/host\nAuthorizedKeysFile %s/user.pub\n" % (port, directory, directory)
                        + "PidFile %s/%s.pid\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n" % (directory, name)
                        + "PermitRootLogin prohibit-password\nStrictModes no\nMaxStartups 100\nSetEnv PATH=%s\n" % path)
            self.start(name)
        with open(os.path.join(directory, "ssh_config"), "w") as f:
            f.write("Host *\nHostName 127.0.0.1\nIdentityFile %s/user\nIdentitiesOnly yes\nIdentityAgent none\nBatchMode yes\n" % directory
                    + "UserKnownHostsFile %s/known\nGlobalKnownHostsFile none\nStrictHostKeyChecking accept-new\n" % directory
                    + "LogLevel ERROR\n" + "".join("Host %s\nPort %d\n" % row for row in zip(NAMES, self.ports)))
        # what a user has in ~/.ssh/config
        self.env = {"PARALLEL_SSH": "ssh -F %s/ssh_config" % directory, "PARALLEL_HOME": directory}
        for name in NAMES:
            run(directory, "ssh", "-F", "ssh_config", name, "command -v hptsim")

    def start(self, name):
        run(self.directory, shutil.which("sshd", path="/usr/sbin:/usr/bin"), "-f", os.path.join(self.directory, name + ".conf"),
            "-E", os.path.join(self.directory, name + ".log"))
        process.wait_for("sshd of " + name, 10, lambda: os.path.exists(os.path.join(self.directory, name + ".pid")))

    def lose(self, name):
        """and all that runs there"""
        pid = os.path.join(self.directory, name + ".pid")
        process.kill(process.tree(process.read_pid(pid)))
        os.remove(pid)

    def stop(self):
        for name in NAMES:
            if os.path.exists(os.path.join(self.directory, name + ".pid")):
                self.lose(name)


SLURM_CONF = """\
ClusterName=hptsim
SlurmctldHost=localhost
SlurmctldPort={ports[0]}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={dir}/munge/socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={dir}/state
SlurmdSpoolDir={dir}/spool/%n
SlurmctldPidFile={dir}/slurmctld.pid
SlurmdPidFile={dir}/%n.pid
SlurmctldLogFile={dir}/slurmctld.log
SlurmdLogFile={dir}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1
SlurmdTimeout=5
KillWait=1
MinJobAge=600
ReturnToService=2
NodeName=node1 NodeHostname=localhost NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1
NodeName=node2 NodeHostname=localhost NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1
PartitionName=all Nodes=node1,node2 Default=YES State=UP
"""


class Slurm:
    """slurmctld, a slurmd for each node, and munged: of this user, beside any that the system has."""

    PROGRAMS = ("slurmctld", "slurmd", "munged", "sbatch", "scontrol")
    PACKAGES = "slurmctld slurmd slurm-client munge"

    def __init__(self, directory, path):
        self.directory, self.path = directory, path
        os.chmod(directory, 0o755)      # munged wants everybody to reach its socket
        for name in ("munge", "state", "spool", "spool/node1", "spool/node2"):
            os.mkdir(os.path.join(directory, name), 0o755)
        with open(os.path.join(directory, "munge/key"), "wb", opener=lambda p, flags: os.open(p, flags, 0o600)) as f:
            f.write(os.urandom(1024))
        self.conf = os.path.join(directory, "slurm.conf")
        with open(self.conf, "w") as f:
            f.write(SLURM_CONF.format(dir=directory, user=getpass.getuser(), ports=process.free_ports(3)))
        self.env = {"SLURM_CONF": self.conf}
        of = os.path.join(directory, "munge/")
        run(directory, "munged", "--key-file=%skey" % of, "--socket=%ssocket" % of, "--pid-file=%spid" % of, "--log-file=%slog" % of,
            "--seed-file=%sseed" % of, "--num-threads=2")
        run(directory, "slurmctld", "-f", self.conf)
        for name in NAMES:
            run(directory, "slurmd", "-f", self.conf, "-N", name)
        process.wait_for("both nodes of Slurm", 30, lambda: self.ask("sinfo", "-h", "-o", "%T %D").strip() == "idle 2")

    def ask(self, *command):
        return run(self.directory, *command, **self.env)

    def tasks(self, job):
        """by number of the array's task, what Slurm says of it"""
        out = {}
        for text in self.ask("scontrol", "-o", "show", "job", job).splitlines():
            fields = dict(f.split("=", 1) for f in text.split() if "=" in f)
            if fields.get("ArrayTaskId", "").isdigit():
                out[int(fields["ArrayTaskId"])] = fields
        return out

    def lose(self, name):
        """and all that runs there: what slurmd began is no child of it, but in its directory"""
        process.kill(process.tree(process.read_pid(os.path.join(self.directory, name + ".pid"))))
        # sh .../spool/node1/job00001/slurm_script, a child of its slurmstepd
        for script in process.with_text(os.path.join(self.directory, "spool", name) + "/"):
            step = process.parent(script)
            process.kill(([step] if process.name(step) == "slurmstepd" else []) + process.tree(script))
        os.remove(os.path.join(self.directory, name + ".pid"))

    def stop(self):
        for name in NAMES:
            if os.path.exists(os.path.join(self.directory, name + ".pid")):
                self.lose(name)
        for name in ("slurmctld.pid", "munge/pid"):
            path = os.path.join(self.directory, name)
            if os.path.exists(path):
                process.kill(process.tree(process.read_pid(path)))
