/* A disk that fails: the N-th call that would change something below a folder fails, alone or with all after it.
 * Preload it and arm it by FAILING_WRITES_AT, FAILING_WRITES_BELOW and FAILING_WRITES_STAY, or call failing_writes_arm. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long at = 0, seen = 0;
static int stay = 0;
static char below[PATH_MAX] = "";

void failing_writes_arm(long n, const char* folder, int from_then_on) {
  at = n;
  seen = 0;
  stay = from_then_on;
  snprintf(below, sizeof below, "%s", folder);
}
/* Calls counted since it was armed. */
long failing_writes_seen(void) { return seen; }

__attribute__((constructor)) static void from_environment(void) {
  const char *n = getenv("FAILING_WRITES_AT"), *folder = getenv("FAILING_WRITES_BELOW");
  if (n != NULL && folder != NULL) failing_writes_arm(atol(n), folder, getenv("FAILING_WRITES_STAY") != NULL);
}

static int fails(const char* path) {
  char whole[PATH_MAX];
  if (at == 0 || path == NULL || below[0] == '\0') return 0;
  if (path[0] != '/') {
    char here[PATH_MAX / 2];
    if (getcwd(here, sizeof here) == NULL) return 0;
    snprintf(whole, sizeof whole, "%s/%s", here, path);
    path = whole;
  }
  if (strncmp(path, below, strlen(below)) != 0) return 0;
  ++seen;
  if (seen != at && !(stay && seen > at)) return 0;
  errno = ENOSPC;
  return 1;
}

static int file_fails(int file) {
  char link[64], path[PATH_MAX];
  const int before = errno;
  if (at == 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t n = readlink(link, path, sizeof path - 1);
  errno = before;
  if (n <= 0) return 0;
  path[n] = '\0';
  return fails(path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void* bytes, size_t n) { return file_fails(file) ? -1 : REAL(write)(file, bytes, n); }
ssize_t pwrite(int file, const void* bytes, size_t n, off_t where) { return file_fails(file) ? -1 : REAL(pwrite)(file, bytes, n, where); }
ssize_t pwrite64(int file, const void* bytes, size_t n, off64_t where) { return file_fails(file) ? -1 : REAL(pwrite64)(file, bytes, n, where); }
int fsync(int file) { return file_fails(file) ? -1 : REAL(fsync)(file); }
int ftruncate(int file, off_t size) { return file_fails(file) ? -1 : REAL(ftruncate)(file, size); }
int rename(const char* from, const char* to) { return fails(to) ? -1 : REAL(rename)(from, to); }
int mkdir(const char* path, mode_t mode) { return fails(path) ? -1 : REAL(mkdir)(path, mode); }
int renameat2(int a, const char* from, int b, const char* to, unsigned flags) { return fails(to) ? -1 : REAL(renameat2)(a, from, b, to, flags); }

/* The file is closed all the same, as on a disk that loses what it had promised. A folder has nothing to lose. */
int close(int file) {
  struct stat what;
  const int bad = fstat(file, &what) == 0 && S_ISREG(what.st_mode) && (fcntl(file, F_GETFL) & O_ACCMODE) != O_RDONLY && file_fails(file);
  const int result = REAL(close)(file);
  if (!bad) return result;
  errno = ENOSPC;
  return -1;
}

static int open_fails(const char* path, int flags) { return (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0 && fails(path); }

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open_fails(path, flags) ? -1 : REAL(open)(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open_fails(path, flags) ? -1 : REAL(open64)(path, flags, mode);
}
