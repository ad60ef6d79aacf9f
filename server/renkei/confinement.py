"""Give up, for good and by the kernel, what the evaluation of a query has no need of.

A text of a reader or an author is evaluated by an engine that can ask other servers
(SERVICE). Our reading of the text says so politely; what is here holds whatever the text
says. Three means, each independent of the others:

* **seccomp** refuses calls: no socket (or TCP over IPv4 alone, for a listed SERVICE), no
  file opened or changed, no program started, no process made. Threads can be made.
* **Landlock** refuses files by where they lie, and TCP connections by their port.
* a **network namespace** of its own has nothing in it but what we put there.

Which of them a kernel (or a container) lets us use is found by trying, in a process that
is thrown away. The fourth, that no file descriptor is left, needs no leave: see
`stores.engine`. Calls are refused with EPERM and not by killing, so that a query ends with
an error that is told. What is refused is listed, not what is allowed: an engine must run
on the C libraries and kernels of tomorrow, and what it must not do is known.
"""

from __future__ import annotations

import contextlib
import contextvars
import ctypes
import errno
import fcntl
import os
import socket
import struct
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

SECCOMP, LANDLOCK, NETWORK = "seccomp", "landlock", "network namespace"
PORTS = 4  # the first version of Landlock that knows ports (Linux 6.7)
_NEWNET, _NEWUSER, _THREAD = 0x40000000, 0x10000000, 0x00010000
_UP, _SET_FLAGS = 0x1 | 0x40, 0x8914  # IFF_UP | IFF_RUNNING, SIOCSIFFLAGS
_SAFE_PATHS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")

# The numbers of calls that came after 2019 are the same on every machine; an older
# libseccomp does not know their names.
_NEWER = {
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fspick": 433,
    "clone3": 435,
    "openat2": 437,
    "pidfd_getfd": 438,
    "mount_setattr": 442,
    "fchmodat2": 452,
    "setxattrat": 463,
    "removexattrat": 466,
    "open_tree_attr": 467,
    "file_setattr": 469,
}
_OPENING = "open openat openat2 creat open_by_handle_at name_to_handle_at open_tree open_tree_attr"
_CHANGING = (
    "truncate unlink unlinkat rename renameat renameat2 mkdir mkdirat rmdir link linkat symlink "
    "symlinkat mknod mknodat chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat "
    "utime utimes futimesat utimensat setxattr lsetxattr fsetxattr setxattrat removexattr "
    "lremovexattr fremovexattr removexattrat file_setattr"
)
_STARTING = "execve execveat fork vfork"
_REACHING_OTHERS = (
    "ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd "
    "pidfd_send_signal rt_sigqueueinfo rt_tgsigqueueinfo keyctl add_key request_key shmget "
    "shmat msgget semget mq_open"
)
_RULING = (
    "io_uring_setup io_uring_enter io_uring_register mount umount umount2 move_mount fsopen "
    "fspick mount_setattr chroot pivot_root unshare setns bpf perf_event_open userfaultfd "
    "fanotify_init init_module finit_module delete_module kexec_load kexec_file_load reboot "
    "swapon swapoff acct quotactl syslog settimeofday clock_settime adjtimex clock_adjtime "
    "sethostname setdomainname iopl ioperm personality"
)
_SERVING = "bind listen socketpair sendmsg sendmmsg socketcall"
_STREAM = 1

T = TypeVar("T")


class Confinement:
    """What an engine gives up; made once, before the engines are forked.

    *folder* is the one that an engine opens its release from, None where the release is in
    memory. *port* is the TCP port that stays reachable, None for no socket at all. *network*
    says that we are in a network of our own. *means* are those that hold here.
    """

    def __init__(self, folder: str | None, port: int | None, network: bool) -> None:
        self._folder, self._port = folder, port
        self._filter = _filter(port, files=False)
        self._version = _landlock_version()
        self.means = [name for name in (SECCOMP, LANDLOCK) if self._holds(name)]
        self.means += [NETWORK] * network

    @property
    def services(self) -> bool:
        """Whether a query may be let out to the port: to nothing else can it come then."""
        ports = NETWORK in self.means or (LANDLOCK in self.means and self._version >= PORTS)
        return self._port is not None and SECCOMP in self.means and ports

    def without_port(self) -> Confinement:
        """Return the same with no port at all."""
        return Confinement(self._folder, None, NETWORK in self.means)

    def before_opening(self) -> None:
        """Leave no file but those of the folder, to read, and no TCP but to the port."""
        if LANDLOCK in self.means:
            self._landlock()

    def for_good(self) -> None:
        """Leave no file to open, and no call that an evaluation has no need of, to any thread."""
        if SECCOMP in self.means:
            self._filter.load()

    def _landlock(self) -> None:
        _restrict([self._folder] if self._folder else [], self._port)

    def _holds(self, name: str) -> bool:
        if name == SECCOMP:
            return self._filter is not None and _survives(self._filter.load, _no_unix_socket)
        return self._version > 0 and _survives(self._landlock, _no_file)


def own_network() -> bool:
    """Take this process into a network of its own, in which only itself can be reached.

    False where that is not allowed. The process may have one thread only. An ordinary user
    takes a namespace of users along; root does not, who might lose sight of others' files
    by it. Raises OSError where the network is there but cannot be used.
    """
    kind = _NEWNET if os.geteuid() == 0 else _NEWNET | _NEWUSER
    try:
        if ctypes.CDLL(None).unshare(kind):
            return False
    except AttributeError:  # not Linux
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH22x", b"lo", _UP))
    return True


def offline(function: Callable[[], T], files: bool) -> T:
    """Return what *function* returns, called where no socket and no program can be had.

    With *files* false it can read the files of Python and of this program, and write none.
    It runs in a thread of its own, which alone is confined; what it raises is raised here.
    Where the kernel confines nothing, it is called all the same: see `can_be_offline`.
    """
    outcome: list[tuple[bool, Any]] = []
    context = contextvars.copy_context()  # the language of messages, among others

    def confined() -> None:
        try:
            _seclude(files)
            outcome.append((True, context.run(function)))
        except BaseException as error:  # handed over to the thread that waits
            _let_go(error)
            outcome.append((False, error))

    thread = threading.Thread(target=confined, daemon=True, name="offline")
    thread.start()
    thread.join()
    well, value = outcome[0]
    if not well:
        raise value
    result: T = value
    return result


def can_be_offline() -> bool:
    """Whether `offline` keeps its word here."""
    return _filter(None, files=True) is not None


def _let_go(error: BaseException | None) -> None:
    """Drop here what the frames of *error* hold: answers of a store belong to one thread."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _seclude(files: bool) -> None:
    if not files and _landlock_version() > 0:
        paths = {str(Path(p).resolve()) for p in (*sys.path, *_SAFE_PATHS) if p}
        _restrict(sorted(p for p in paths if Path(p).exists()), None)
    if (held := _filter(None, files=True)) is not None:
        from pyseccomp import Attr

        held.set_attr(Attr.CTL_TSYNC, 0)
        held.load()


# --- seccomp ------------------------------------------------------------------------


def _filter(port: int | None, files: bool) -> Any:
    """Return the filter of calls, for all threads; None where none can be made.

    With *port* TCP sockets over IPv4 are left; with *files* the calls on files.
    """
    try:
        import pyseccomp as seccomp

        held = seccomp.SyscallFilter(seccomp.ALLOW)
        held.set_attr(seccomp.Attr.CTL_TSYNC, 1)
    except (ImportError, RuntimeError, OSError, AttributeError):
        return None  # no libseccomp here, or the kernel has no seccomp for us
    refused = seccomp.ERRNO(errno.EPERM)
    names = f"{_STARTING} {_REACHING_OTHERS} {_RULING} {_SERVING}"
    for name in f"{names} {'' if files else f'{_OPENING} {_CHANGING}'}".split():
        _refuse(held, name, refused)
    _refuse(held, "clone", refused, seccomp.Arg(0, seccomp.MASKED_EQ, _THREAD, 0))
    # The flags of clone3 cannot be seen from here; without it, C libraries use clone.
    _refuse(held, "clone3", seccomp.ERRNO(errno.ENOSYS))
    if port is None:
        for name in ("socket", "connect"):
            _refuse(held, name, refused)
    else:
        _refuse(held, "socket", refused, seccomp.Arg(0, seccomp.NE, socket.AF_INET))
        _refuse(held, "socket", refused, seccomp.Arg(2, seccomp.NE, 0))
        for kind in set(range(16)) - {_STREAM}:
            _refuse(held, "socket", refused, seccomp.Arg(1, seccomp.MASKED_EQ, 0xF, kind))
    # What is sent with an address connects on the way (TCP Fast Open), and asks nobody.
    _refuse(held, "sendto", refused, seccomp.Arg(4, seccomp.NE, 0))
    return held


def _refuse(held: Any, name: str, action: int, *arguments: Any) -> None:
    import pyseccomp as seccomp

    number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
    if number == -1:  # unknown to this libseccomp
        number = _NEWER.get(name, -1)
    if number >= 0:
        held.add_rule(action, number, *arguments)


# --- Landlock -----------------------------------------------------------------------


def _landlock_version() -> int:
    """Return the version of Landlock; 0 where there is none."""
    from py_landlock import LandlockError, get_abi_version

    try:
        return int(get_abi_version())
    except LandlockError:
        return 0


def _restrict(paths: list[str], port: int | None) -> None:
    from py_landlock import Landlock

    rules = Landlock(strict=False)
    if paths:
        rules.allow_read(*paths)
    if port is not None:
        rules.allow_network(port, bind=False)
    rules.apply()


# --- trying -------------------------------------------------------------------------


def _survives(confine: Callable[[], None], proof: Callable[[], bool]) -> bool:
    """Whether *confine* can be called here and *proof* then holds; tried in a child."""
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            confine()
            os._exit(0 if proof() else 1)
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def _no_unix_socket() -> bool:
    return _refused(lambda: socket.socket(socket.AF_UNIX))


def _no_file() -> bool:
    return _refused(lambda: os.open("/", os.O_RDONLY))


def _refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except PermissionError:
        return True
    return False
