// A stand-in of libcuda.so.1: the part of CUDA's driver API that a small load needs, on GPUs that are block devices. Memory is the
// device's own, from its beginning; a kernel writes to the memory that its first parameter points to. Nothing computes: what
// counts is that a program takes the vendor's way (symbols, order of calls, return codes) and that the kernel counts the work.
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

// Return codes of the public header (cuda.h).
typedef int CUresult;
enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, NO_DEVICE = 100, INVALID_DEVICE = 101, INVALID_CONTEXT = 201, INVALID_PTX = 218, INVALID_HANDLE = 400, NOT_FOUND = 500, LAUNCH_FAILED = 719 };
typedef int CUdevice;
typedef unsigned long long CUdeviceptr;
typedef struct { char bytes[16]; } CUuuid;

#define MOST 16
#define CHUNK (1 << 20)
#define WRITERS 2
// Where device addresses begin: no address of the program.
#define BASE 0x700000000000ULL

struct device { int number; char path[64], uuid[64]; uint64_t size; };
static struct device devices[MOST];
static int count = -1;

struct context { int file; uint64_t size, next; pthread_mutex_t lock; int failed; };
struct function { char name[64]; };
struct module { char *ptx; struct function function; };
static __thread struct context *current;

// The file that the kernel has under the block device is named by the GPU's UUID.
static int describe(struct device *device) {
  struct stat node;
  char path[128], file[512] = "";
  unsigned long long sectors = 0;
  if (stat(device->path, &node) || !S_ISBLK(node.st_mode)) return 0;
  snprintf(path, sizeof path, "/sys/dev/block/%u:%u/size", major(node.st_rdev), minor(node.st_rdev));
  FILE *size = fopen(path, "r");
  if (!size) return 0;
  int known = fscanf(size, "%llu", &sectors) == 1;
  fclose(size);
  snprintf(path, sizeof path, "/sys/dev/block/%u:%u/loop/backing_file", major(node.st_rdev), minor(node.st_rdev));
  FILE *backing = fopen(path, "r");
  if (backing) {
    known = known && fgets(file, sizeof file, backing);
    fclose(backing);
  }
  char *name = basename(file), *end = strstr(name, ".img");
  if (!known || !end) return 0;
  *end = 0;
  snprintf(device->uuid, sizeof device->uuid, "%.63s", name);
  device->size = sectors * 512;
  return 1;
}

static int by_number(const void *a, const void *b) { return ((const struct device *)a)->number - ((const struct device *)b)->number; }

CUresult cuInit(unsigned flags) {
  if (flags) return INVALID_VALUE;
  DIR *dev = opendir("/dev");
  count = 0;
  for (struct dirent *entry; dev && (entry = readdir(dev)) && count < MOST;) {
    int end = 0;
    struct device *device = &devices[count];
    if (sscanf(entry->d_name, "nvidia%d%n", &device->number, &end) != 1 || entry->d_name[end]) continue;
    snprintf(device->path, sizeof device->path, "/dev/nvidia%d", device->number);
    if (describe(device)) count++;
  }
  if (dev) closedir(dev);
  qsort(devices, count, sizeof *devices, by_number);
  return count ? SUCCESS : NO_DEVICE;
}

CUresult cuDriverGetVersion(int *version) { *version = 13000; return SUCCESS; }

CUresult cuGetErrorName(CUresult code, const char **name) {
  static const struct { CUresult code; const char *name; } names[] = {
    { SUCCESS, "CUDA_SUCCESS" }, { INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE" }, { OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY" }, { NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED" },
    { NO_DEVICE, "CUDA_ERROR_NO_DEVICE" }, { INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE" }, { INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT" }, { INVALID_PTX, "CUDA_ERROR_INVALID_PTX" },
    { INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE" }, { NOT_FOUND, "CUDA_ERROR_NOT_FOUND" }, { LAUNCH_FAILED, "CUDA_ERROR_LAUNCH_FAILED" } };
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].code == code) { *name = names[i].name; return SUCCESS; }
  return INVALID_VALUE;
}

CUresult cuDeviceGetCount(int *n) { if (count < 0) return NOT_INITIALIZED; *n = count; return SUCCESS; }

CUresult cuDeviceGet(CUdevice *device, int ordinal) {
  if (count < 0) return NOT_INITIALIZED;
  if (ordinal < 0 || ordinal >= count) return INVALID_DEVICE;
  *device = ordinal;
  return SUCCESS;
}

CUresult cuDeviceGetName(char *name, int room, CUdevice device) {
  if (device < 0 || device >= count) return INVALID_DEVICE;
  snprintf(name, room, "stand-in of a GPU");
  return SUCCESS;
}

CUresult cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice device) {
  if (device < 0 || device >= count) return INVALID_DEVICE;
  const char *from = strchr(devices[device].uuid, '-');
  int digits = 0;
  unsigned char bytes[16] = { 0 };
  for (; from && *from && digits < 32; from++) {
    if (!isxdigit((unsigned char)*from)) continue;
    int digit = isdigit((unsigned char)*from) ? *from - '0' : tolower((unsigned char)*from) - 'a' + 10;
    bytes[digits / 2] = bytes[digits / 2] << 4 | digit;
    digits++;
  }
  memcpy(uuid->bytes, bytes, sizeof bytes);
  return digits == 32 ? SUCCESS : INVALID_VALUE;
}
CUresult cuDeviceGetUuid(CUuuid *uuid, CUdevice device) { return cuDeviceGetUuid_v2(uuid, device); }

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device) {
  if (device < 0 || device >= count) return INVALID_DEVICE;
  *bytes = devices[device].size;
  return SUCCESS;
}

CUresult cuCtxCreate_v2(struct context **context, unsigned flags, CUdevice device) {
  (void)flags;
  if (count < 0) return NOT_INITIALIZED;
  if (device < 0 || device >= count) return INVALID_DEVICE;
  int file = open(devices[device].path, O_RDWR | O_DIRECT | O_CLOEXEC);
  if (file < 0) return NO_DEVICE;
  struct context *made = calloc(1, sizeof *made);
  if (!made) { close(file); return OUT_OF_MEMORY; }
  made->file = file;
  made->size = devices[device].size;
  pthread_mutex_init(&made->lock, NULL);
  *context = current = made;
  return SUCCESS;
}

CUresult cuCtxSetCurrent(struct context *context) { current = context; return SUCCESS; }

CUresult cuCtxDestroy_v2(struct context *context) {
  if (!context) return INVALID_CONTEXT;
  if (current == context) current = NULL;
  close(context->file);
  free(context);
  return SUCCESS;
}

static CUresult fill(struct context *context, uint64_t from, uint64_t bytes, int value) {
  void *chunk;
  if (posix_memalign(&chunk, 4096, CHUNK)) return OUT_OF_MEMORY;
  memset(chunk, value, CHUNK);
  int bad = 0;
  for (uint64_t done = 0; done < bytes && !bad; done += CHUNK) {
    size_t size = bytes - done < CHUNK ? bytes - done : CHUNK;
    bad = pwrite(context->file, chunk, size, from + done) != (ssize_t)size;
  }
  free(chunk);
  return bad ? LAUNCH_FAILED : SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *pointer, size_t bytes) {
  if (!current) return INVALID_CONTEXT;
  if (!bytes) return INVALID_VALUE;
  uint64_t size = (bytes + CHUNK - 1) / CHUNK * CHUNK;
  if (current->next + size > current->size) return OUT_OF_MEMORY;
  *pointer = BASE + current->next;
  // A real driver backs memory with pages at once.
  CUresult result = fill(current, current->next, size, 0);
  current->next += size;
  return result;
}

CUresult cuMemFree_v2(CUdeviceptr pointer) { return current && pointer >= BASE && pointer < BASE + current->next ? SUCCESS : INVALID_VALUE; }

CUresult cuMemsetD8_v2(CUdeviceptr pointer, unsigned char value, size_t bytes) {
  if (!current) return INVALID_CONTEXT;
  if (pointer < BASE || pointer + bytes > BASE + current->next) return INVALID_VALUE;
  return fill(current, pointer - BASE, (bytes + 511) / 512 * 512, value);
}

CUresult cuModuleLoadData(struct module **module, const void *image) {
  if (!current) return INVALID_CONTEXT;
  const char *ptx = image;
  if (!ptx || !strstr(ptx, ".version") || !strstr(ptx, ".target") || !strstr(ptx, ".entry")) return INVALID_PTX;
  struct module *made = calloc(1, sizeof *made);
  if (!made || !(made->ptx = strdup(ptx))) { free(made); return OUT_OF_MEMORY; }
  *module = made;
  return SUCCESS;
}

CUresult cuModuleUnload(struct module *module) {
  if (!module) return INVALID_HANDLE;
  free(module->ptx);
  free(module);
  return SUCCESS;
}

CUresult cuModuleGetFunction(struct function **function, struct module *module, const char *name) {
  if (!module) return INVALID_HANDLE;
  size_t length = strlen(name);
  for (const char *entry = module->ptx; (entry = strstr(entry, ".entry"));) {
    entry += strlen(".entry");
    while (isspace((unsigned char)*entry)) entry++;
    if (strncmp(entry, name, length) || isalnum((unsigned char)entry[length]) || entry[length] == '_') continue;
    snprintf(module->function.name, sizeof module->function.name, "%s", name);
    *function = &module->function;
    return SUCCESS;
  }
  return NOT_FOUND;
}

struct share { struct context *context; uint64_t from, bytes; };

static void *work(void *argument) {
  struct share *share = argument;
  if (fill(share->context, share->from, share->bytes, 0x5a) != SUCCESS) share->context->failed = 1;
  free(share);
  return NULL;
}

static pthread_t writers[WRITERS];
static int running;

CUresult cuCtxSynchronize(void) {
  if (!current) return INVALID_CONTEXT;
  for (; running > 0; running--) pthread_join(writers[running - 1], NULL);
  return current->failed ? LAUNCH_FAILED : SUCCESS;
}

// The kernel's first parameter is a pointer to device memory: as much of it as the grid has threads of four bytes is written, by two
// writers, because one is half the time filling its buffer.
CUresult cuLaunchKernel(struct function *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared, void *stream, void **parameters, void **extra) {
  (void)shared; (void)stream;
  if (!current) return INVALID_CONTEXT;
  if (!function) return INVALID_HANDLE;
  if (!gx || !gy || !gz || !bx || !by || !bz || (uint64_t)bx * by * bz > 1024 || extra || !parameters || !parameters[0]) return INVALID_VALUE;
  CUdeviceptr pointer;
  memcpy(&pointer, parameters[0], sizeof pointer);
  if (pointer < BASE || pointer >= BASE + current->next) return LAUNCH_FAILED;
  if (running) { CUresult before = cuCtxSynchronize(); if (before) return before; }
  uint64_t room = BASE + current->next - pointer, wanted = (uint64_t)gx * gy * gz * bx * by * bz * 4;
  uint64_t bytes = (wanted < room ? wanted : room) / WRITERS / 4096 * 4096;
  if (!bytes) bytes = 4096;
  for (int i = 0; i < WRITERS; i++) {
    struct share *share = malloc(sizeof *share);
    if (!share) return OUT_OF_MEMORY;
    *share = (struct share){ current, pointer - BASE + i * bytes, bytes };
    if (pthread_create(&writers[running], NULL, work, share)) { free(share); return LAUNCH_FAILED; }
    running++;
  }
  return SUCCESS;
}
