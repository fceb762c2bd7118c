/* Writes down, in order, what a process does to the files of one directory, so that a test can
 * make the disks that a power cut could have left. Load it with LD_PRELOAD.
 *
 * UNSYNCED_DIR         the directory, an absolute path without links
 * UNSYNCED_TRACE       the file that is appended to
 * UNSYNCED_FORGET      a sync of a file whose name ends so says that it worked, and did nothing
 * UNSYNCED_FAIL_EVERY  every such sync of a file fails with EIO, and what it should have saved
 *                      is taken for saved from then on, as Linux does it
 * UNSYNCED_DEAD        while this file is there, whatever changes a file fails with EIO
 * UNSYNCED_DEAD_SYNCS  while this file is there, syncs and removals fail so, and writes work
 *
 * An event is: operation (1 byte), file (8), offset (8), length (4), that many bytes. Nothing is
 * really synced: the trace is what survives.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MAX_FILES = 4096, DIRECTORY = 1, FILE_ = 2 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const char *dir, *dead, *dead_syncs, *forgotten;
static size_t dir_len;
static int trace = -1;
static long fail_every, syncs;
static struct { int kind, is_forgotten; uint64_t id; } files[MAX_FILES];

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("UNSYNCED_TRACE"), *every = getenv("UNSYNCED_FAIL_EVERY");
    dir = getenv("UNSYNCED_DIR");
    dead = getenv("UNSYNCED_DEAD");
    dead_syncs = getenv("UNSYNCED_DEAD_SYNCS");
    forgotten = getenv("UNSYNCED_FORGET");
    fail_every = every ? atol(every) : 0;
    if (!dir || !path)
        return;
    dir_len = strlen(dir);
    trace = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (trace < 0)
        abort();
}

static void tell(char op, uint64_t id, uint64_t offset, const void *bytes, size_t len)
{
    char head[21];
    uint32_t len32 = (uint32_t)len;
    head[0] = op;
    memcpy(head + 1, &id, 8);
    memcpy(head + 9, &offset, 8);
    memcpy(head + 17, &len32, 4);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, len}};
    if (syscall(SYS_writev, trace, parts, 2) != (long)(sizeof head + len))
        abort();
}

static int ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* The path below the directory; "" for itself; NULL for any other. */
static const char *ours(const char *path)
{
    size_t len = path ? strlen(path) : 0;
    if (trace < 0 || len < dir_len || memcmp(path, dir, dir_len) != 0)
        return NULL;
    if (path[dir_len] == 0)
        return "";
    /* The index of the write-ahead log is memory, and made anew. */
    if (path[dir_len] != '/' || ends_with(path, "-shm"))
        return NULL;
    return path + dir_len + 1;
}

static int is_there(const char *path)
{
    return path && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
}

static int is_dead(void)
{
    return is_there(dead);
}

static int cant_sync(void)
{
    return is_there(dead) || is_there(dead_syncs);
}

static int failed(void)
{
    errno = EIO;
    return -1;
}

static int traced(int fd)
{
    return trace >= 0 && fd >= 0 && fd < MAX_FILES && files[fd].kind != 0;
}

static int do_open(int at, const char *path, int flags, mode_t mode)
{
    const char *name = ours(path);
    if (!name)
        return (int)syscall(SYS_openat, at, path, flags, mode);
    pthread_mutex_lock(&mutex);
    int is_new = (flags & O_CREAT) && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) != 0;
    int fd = is_new && is_dead() ? failed() : (int)syscall(SYS_openat, at, path, flags, mode);
    int cause = errno;
    struct stat about;
    if (fd >= MAX_FILES || (fd >= 0 && fstat(fd, &about) != 0))
        abort();
    if (fd >= 0) {
        files[fd].kind = S_ISDIR(about.st_mode) ? DIRECTORY : FILE_;
        files[fd].id = about.st_ino;
        files[fd].is_forgotten = forgotten && ends_with(name, forgotten);
        if (is_new)
            tell('C', about.st_ino, 0, name, strlen(name));
        else if (flags & O_TRUNC)
            tell('T', about.st_ino, 0, NULL, 0);
    }
    pthread_mutex_unlock(&mutex);
    errno = cause;
    return fd;
}

#define MODE(last)                                                                                 \
    mode_t mode = 0;                                                                               \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                           \
        va_list more;                                                                              \
        va_start(more, last);                                                                      \
        mode = va_arg(more, mode_t);                                                               \
        va_end(more);                                                                              \
    }

int open(const char *path, int flags, ...) { MODE(flags) return do_open(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return do_open(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return do_open(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return do_open(at, path, flags, mode); }

int close(int fd)
{
    if (!traced(fd))
        return (int)syscall(SYS_close, fd);
    pthread_mutex_lock(&mutex);
    files[fd].kind = 0;
    int closed = (int)syscall(SYS_close, fd);
    pthread_mutex_unlock(&mutex);
    return closed;
}

/* Where a write without an offset goes: `offset` is -1 for those. */
static ssize_t do_write(int fd, const void *bytes, size_t len, off_t offset)
{
    pthread_mutex_lock(&mutex);
    off_t at = offset;
    if (offset < 0) {
        int flags = (int)syscall(SYS_fcntl, fd, F_GETFL);
        at = syscall(SYS_lseek, fd, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
    }
    ssize_t wrote = is_dead() ? failed()
                  : offset < 0 ? syscall(SYS_write, fd, bytes, len)
                               : syscall(SYS_pwrite64, fd, bytes, len, offset);
    int cause = errno;
    if (wrote > 0)
        tell('W', files[fd].id, (uint64_t)at, bytes, (size_t)wrote);
    pthread_mutex_unlock(&mutex);
    errno = cause;
    return wrote;
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    return traced(fd) ? do_write(fd, bytes, len, -1) : syscall(SYS_write, fd, bytes, len);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
    return traced(fd) ? do_write(fd, bytes, len, offset)
                      : syscall(SYS_pwrite64, fd, bytes, len, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
    return pwrite(fd, bytes, len, offset);
}

/* Nobody whom the tests know writes so; if that changes, they must not go on without it. */
ssize_t writev(int fd, const struct iovec *parts, int count)
{
    if (traced(fd))
        abort();
    return syscall(SYS_writev, fd, parts, count);
}

int ftruncate(int fd, off_t len)
{
    if (!traced(fd))
        return (int)syscall(SYS_ftruncate, fd, len);
    pthread_mutex_lock(&mutex);
    int done = is_dead() ? failed() : (int)syscall(SYS_ftruncate, fd, len);
    int cause = errno;
    if (done == 0)
        tell('T', files[fd].id, (uint64_t)len, NULL, 0);
    pthread_mutex_unlock(&mutex);
    errno = cause;
    return done;
}

int ftruncate64(int fd, off64_t len) { return ftruncate(fd, len); }

static int do_sync(int fd)
{
    pthread_mutex_lock(&mutex);
    int is_directory = files[fd].kind == DIRECTORY, result = 0;
    int is_due = !is_directory && fail_every && ++syncs % fail_every == 0;
    if (cant_sync() || is_due)
        result = failed();
    if (!files[fd].is_forgotten)
        tell(is_directory ? 'D' : result ? 'F' : 'S', files[fd].id, 0, NULL, 0);
    pthread_mutex_unlock(&mutex);
    return result;
}

int fsync(int fd) { return traced(fd) ? do_sync(fd) : (int)syscall(SYS_fsync, fd); }
int fdatasync(int fd) { return traced(fd) ? do_sync(fd) : (int)syscall(SYS_fdatasync, fd); }

int unlink(const char *path)
{
    const char *name = ours(path);
    if (!name)
        return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    pthread_mutex_lock(&mutex);
    int done = cant_sync() ? failed() : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    int cause = errno;
    if (done == 0)
        tell('U', 0, 0, name, strlen(name));
    pthread_mutex_unlock(&mutex);
    errno = cause;
    return done;
}

/* The two names with a zero byte between. */
static void tell_names(char op, const char *from, const char *to)
{
    char names[2048];
    size_t first = strlen(from) + 1, second = strlen(to);
    if (first + second > sizeof names)
        abort();
    memcpy(names, from, first);
    memcpy(names + first, to, second);
    tell(op, 0, 0, names, first + second);
}

int rename(const char *from, const char *to)
{
    const char *old = ours(from), *new = ours(to);
    if (!old || !new)
        return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    pthread_mutex_lock(&mutex);
    int done = is_dead() ? failed() : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    int cause = errno;
    if (done == 0)
        tell_names('R', old, new);
    pthread_mutex_unlock(&mutex);
    errno = cause;
    return done;
}
