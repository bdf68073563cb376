// The GPUs that the stand-in of libnvidia-ml.so.1 tells of, as a file lists them.
#ifndef GPUS_H
#define GPUS_H

#define MOST_GPUS 16
#define MOST_PARTITIONS 7

// What a handle of NVML points to: a GPU, or a MIG device of one.
typedef struct nvmlDevice_st *gpu_t;
struct nvmlDevice_st {
  gpu_t gpu; // the GPU that a MIG device is of; of a GPU itself NULL
  unsigned index, minor;
  char uuid[96], name[96];
  unsigned long long memory; // bytes
  char loop[32], file[512];  // name below /sys/block; the file under it
  unsigned long long ticks, at;
  unsigned busy; // percent, between the last two questions
  int lost;      // its loss was told of already
  // of a GPU with MIG:
  unsigned partitions;
  gpu_t partition[MOST_PARTITIONS];
  // of a MIG device:
  unsigned instance, compute, slices;
};

// Reads the list anew. Gives the number of GPUs.
unsigned gpus_read(void);
unsigned gpus_count(void);
// NULL when there is none of that number.
gpu_t gpu_at(unsigned index);
// A GPU or a MIG device, NULL when none has that UUID.
gpu_t gpu_by_uuid(const char *uuid);

// Bytes in use: blocks that the kernel has allocated in the file under it.
unsigned long long gpu_used(gpu_t);
// Percent of the time since the question before in which it had work in progress.
unsigned gpu_busy(gpu_t);
// Whether the kernel has no file under it any more.
int gpu_is_lost(gpu_t);
// The PCI address, domain with eight digits or four.
void gpu_bus_id(gpu_t, char *to, int wide);

#endif
