// How the functions answer: into what the caller hands in, or with the error that NVML has for it.
#ifndef ANSWERS_H
#define ANSWERS_H

#include "gpus.h"
#include "nvml.h"

#include <string.h>

static inline nvmlReturn_t put(char *to, unsigned room, const char *text) {
  if (!to) return NVML_ERROR_INVALID_ARGUMENT;
  if (room <= strlen(text)) return NVML_ERROR_INSUFFICIENT_SIZE;
  strcpy(to, text);
  return NVML_SUCCESS;
}

static inline nvmlReturn_t tell(unsigned *to, unsigned value) {
  if (!to) return NVML_ERROR_INVALID_ARGUMENT;
  *to = value;
  return NVML_SUCCESS;
}

static inline nvmlReturn_t give(nvmlDevice_t *to, gpu_t device, nvmlReturn_t missing) {
  if (!to) return NVML_ERROR_INVALID_ARGUMENT;
  to->handle = device;
  return device ? NVML_SUCCESS : missing;
}

#endif
