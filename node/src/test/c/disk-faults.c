/*
 * A disk that is slow or fails, for a process that is started with this as LD_PRELOAD: writes to files
 * whose path ends in OXBOW_FAULTY_FILE are held up, or refused, as the shared numbers in the file
 * OXBOW_FAULTS say: int32 milliseconds of delay, int32 errno (0: none). The numbers may change at any
 * time.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static volatile int32_t *faults;
static const char *suffix;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("OXBOW_FAULTS");
    suffix = getenv("OXBOW_FAULTY_FILE");
    if (path == NULL || suffix == NULL) return;
    int fd = open(path, O_RDONLY);
    if (fd < 0) return;
    void *shared = mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0);
    if (shared != MAP_FAILED) faults = shared;
    close(fd);
}

static int concerns(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path);
    size_t end = strlen(suffix);
    return length >= (ssize_t) end && memcmp(path + length - end, suffix, end) == 0;
}

/* 0, or the errno with which the write fails. */
static int fault(int fd) {
    if (faults == NULL || (faults[0] == 0 && faults[1] == 0)) return 0;
    int saved = errno;
    if (!concerns(fd)) {
        errno = saved;
        return 0;
    }
    /* In short naps, so that a delay taken back ends soon. */
    for (int32_t slept = 0; slept < faults[0]; slept += 10) {
        struct timespec nap = {0, 10 * 1000 * 1000};
        nanosleep(&nap, NULL);
    }
    errno = saved;
    return faults[1];
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (real == NULL) real = (ssize_t (*)(int, const void *, size_t, off64_t)) dlsym(RTLD_NEXT, "pwrite64");
    int failure = fault(fd);
    if (failure != 0) {
        errno = failure;
        return -1;
    }
    return real(fd, bytes, count, at);
}
