// Reads the list of GPUs and the kernel's counters of the loop devices under them.
#include "gpus.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

// The same path on every node of a lab (lab/accelerators/setups/nvidia); a variable names another for a program that runs elsewhere.
#define LIST "/run/plimsoll-accelerators/gpus"
#define LIST_VARIABLE "PLIMSOLL_GPUS"

static struct nvmlDevice_st gpus[MOST_GPUS], partitions[MOST_GPUS * MOST_PARTITIONS];
static unsigned count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// "gpu|minor|uuid|name|bytes|loop|file"
static int read_gpu(const char *line, gpu_t gpu) {
  memset(gpu, 0, sizeof *gpu);
  return sscanf(line, "gpu|%u|%95[^|]|%95[^|]|%llu|%31[^|]|%511[^\n]", &gpu->minor, gpu->uuid, gpu->name, &gpu->memory, gpu->loop, gpu->file) == 6;
}

// "mig|uuid|profile|bytes|gpu instance|compute instance|slices", of the GPU above it
static int read_partition(const char *line, gpu_t gpu, gpu_t part) {
  char profile[32];
  memset(part, 0, sizeof *part);
  if (sscanf(line, "mig|%95[^|]|%31[^|]|%llu|%u|%u|%u", part->uuid, profile, &part->memory, &part->instance, &part->compute, &part->slices) != 6) return 0;
  snprintf(part->name, sizeof part->name, "%.50s MIG %.31s", gpu->name, profile);
  part->gpu = gpu;
  part->index = gpu->partitions;
  part->minor = gpu->minor;
  return 1;
}

unsigned gpus_read(void) {
  const char *path = getenv(LIST_VARIABLE);
  char line[1200];
  pthread_mutex_lock(&lock);
  FILE *list = fopen(path ? path : LIST, "r");
  unsigned found = 0, parts = 0;
  while (list && fgets(line, sizeof line, list)) {
    gpu_t last = found ? &gpus[found - 1] : NULL;
    if (found < MOST_GPUS && read_gpu(line, &gpus[found])) {
      gpus[found].index = found;
      found++;
    } else if (last && last->partitions < MOST_PARTITIONS && read_partition(line, last, &partitions[parts])) {
      last->partition[last->partitions++] = &partitions[parts++];
    }
  }
  if (list) fclose(list);
  count = found;
  pthread_mutex_unlock(&lock);
  return found;
}

unsigned gpus_count(void) { return count; }

gpu_t gpu_at(unsigned index) { return index < count ? &gpus[index] : NULL; }

gpu_t gpu_by_uuid(const char *uuid) {
  for (unsigned i = 0; i < count; i++) {
    if (!strcmp(gpus[i].uuid, uuid)) return &gpus[i];
    for (unsigned k = 0; k < gpus[i].partitions; k++)
      if (!strcmp(gpus[i].partition[k]->uuid, uuid)) return gpus[i].partition[k];
  }
  return NULL;
}

static gpu_t whole(gpu_t device) { return device->gpu ? device->gpu : device; }

unsigned long long gpu_used(gpu_t device) {
  struct stat file;
  return stat(whole(device)->file, &file) ? 0 : (unsigned long long)file.st_blocks * 512;
}

// Milliseconds in which the device had work in progress: the tenth field of /sys/block/NAME/stat.
static unsigned long long ticks(gpu_t gpu) {
  char path[96];
  unsigned long long field = 0;
  snprintf(path, sizeof path, "/sys/block/%s/stat", gpu->loop);
  FILE *counters = fopen(path, "r");
  if (!counters) return gpu->ticks;
  for (int i = 0; i < 10 && fscanf(counters, "%llu", &field) == 1; i++);
  fclose(counters);
  return field;
}

unsigned gpu_busy(gpu_t device) {
  gpu_t gpu = whole(device);
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  unsigned long long now = time.tv_sec * 1000ULL + time.tv_nsec / 1000000;
  pthread_mutex_lock(&lock);
  // A question right after another gets the same answer.
  if (!gpu->at || now > gpu->at + 200) {
    unsigned long long worked = ticks(gpu), percent = gpu->at ? (worked - gpu->ticks) * 100 / (now - gpu->at) : 0;
    gpu->busy = percent > 100 ? 100 : (unsigned)percent;
    gpu->at = now;
    gpu->ticks = worked;
  }
  unsigned busy = gpu->busy;
  pthread_mutex_unlock(&lock);
  return busy;
}

int gpu_is_lost(gpu_t device) {
  char path[96];
  struct stat file;
  snprintf(path, sizeof path, "/sys/block/%s/loop/backing_file", whole(device)->loop);
  return stat(path, &file) != 0;
}

void gpu_bus_id(gpu_t device, char *to, int wide) { sprintf(to, wide ? "00000000:%02X:00.0" : "0000:%02X:00.0", 0x41 + whole(device)->index); }
