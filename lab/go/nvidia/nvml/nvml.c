// A stand-in of libnvidia-ml.so.1: the part of NVIDIA's management interface that its Kubernetes programs use, about GPUs that
// are loop devices. The signatures are those of nvml.h as go-nvml has it, where a handle is a structure around a pointer (it is
// passed just like the pointer). Every other function of nvml.h answers "not supported": the build adds them.
#include "answers.h"
#include "gpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define DRIVER "580.65.06"
#define CUDA 13000

// The library and the driver

nvmlReturn_t nvmlInit_v2(void) { return gpus_read() ? NVML_SUCCESS : NVML_ERROR_DRIVER_NOT_LOADED; }
nvmlReturn_t nvmlInitWithFlags(unsigned int flags) { (void)flags; return nvmlInit_v2(); }
nvmlReturn_t nvmlShutdown(void) { return NVML_SUCCESS; }
nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned int length) { return put(version, length, DRIVER); }
nvmlReturn_t nvmlSystemGetNVMLVersion(char *version, unsigned int length) { return put(version, length, "13." DRIVER); }
nvmlReturn_t nvmlSystemGetCudaDriverVersion(int *version) { *version = CUDA; return NVML_SUCCESS; }
nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *version) { *version = CUDA; return NVML_SUCCESS; }

const char *nvmlErrorString(nvmlReturn_t result) {
  switch (result) {
    case NVML_SUCCESS: return "Success";
    case NVML_ERROR_INVALID_ARGUMENT: return "Invalid Argument";
    case NVML_ERROR_NOT_SUPPORTED: return "Not Supported";
    case NVML_ERROR_NOT_FOUND: return "Not Found";
    case NVML_ERROR_INSUFFICIENT_SIZE: return "Insufficient Size";
    case NVML_ERROR_DRIVER_NOT_LOADED: return "Driver Not Loaded";
    case NVML_ERROR_TIMEOUT: return "Timeout";
    case NVML_ERROR_GPU_IS_LOST: return "GPU is lost";
    default: return "Unknown Error";
  }
}

// Which GPUs there are

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count) { return tell(count, gpus_count()); }
nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) { return give(device, gpu_at(index), NVML_ERROR_INVALID_ARGUMENT); }
nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device) { return give(device, gpu_by_uuid(uuid), NVML_ERROR_NOT_FOUND); }

nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *address, nvmlDevice_t *device) {
  for (unsigned i = 0; i < gpus_count(); i++) {
    for (int wide = 0; wide < 2; wide++) {
      char one[32];
      gpu_bus_id(gpu_at(i), one, wide);
      if (!strcasecmp(one, address)) return give(device, gpu_at(i), NVML_ERROR_NOT_FOUND);
    }
  }
  return NVML_ERROR_NOT_FOUND;
}

// What a GPU is

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int length) { return put(uuid, length, device.handle->uuid); }
nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length) { return put(name, length, device.handle->name); }
nvmlReturn_t nvmlDeviceGetMinorNumber(nvmlDevice_t device, unsigned int *minor) { return tell(minor, device.handle->minor); }
nvmlReturn_t nvmlDeviceGetIndex(nvmlDevice_t device, unsigned int *index) { return tell(index, device.handle->index); }
nvmlReturn_t nvmlDeviceGetBrand(nvmlDevice_t device, nvmlBrandType_t *brand) { (void)device; *brand = NVML_BRAND_NVIDIA; return NVML_SUCCESS; }
nvmlReturn_t nvmlDeviceGetArchitecture(nvmlDevice_t device, nvmlDeviceArchitecture_t *architecture) { (void)device; *architecture = NVML_DEVICE_ARCH_HOPPER; return NVML_SUCCESS; }
nvmlReturn_t nvmlDeviceGetCudaComputeCapability(nvmlDevice_t device, int *major, int *minor) { (void)device; *major = 9; *minor = 0; return NVML_SUCCESS; }

nvmlReturn_t nvmlDeviceGetSerial(nvmlDevice_t device, char *serial, unsigned int length) {
  char text[32];
  snprintf(text, sizeof text, "16500000%05u", device.handle->minor);
  return put(serial, length, text);
}

nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci) {
  memset(pci, 0, sizeof *pci);
  gpu_bus_id(device.handle, pci->busId, 1);
  gpu_bus_id(device.handle, pci->busIdLegacy, 0);
  pci->bus = 0x41 + device.handle->index;
  pci->pciDeviceId = 0x233010de;
  pci->pciSubSystemId = 0x16c110de;
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetTopologyCommonAncestor(nvmlDevice_t one, nvmlDevice_t other, nvmlGpuTopologyLevel_t *level) {
  *level = one.handle == other.handle ? NVML_TOPOLOGY_INTERNAL : NVML_TOPOLOGY_SYSTEM;
  return NVML_SUCCESS;
}

// What it does: the kernel's counters of the loop device

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory) {
  memory->total = device.handle->memory;
  memory->used = gpu_used(device.handle);
  memory->free = memory->total > memory->used ? memory->total - memory->used : 0;
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory) {
  nvmlMemory_t plain;
  nvmlDeviceGetMemoryInfo(device, &plain);
  memory->total = plain.total;
  memory->reserved = 0;
  memory->free = plain.free;
  memory->used = plain.used;
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *utilization) {
  utilization->gpu = gpu_busy(device.handle);
  utilization->memory = utilization->gpu / 2;
  return NVML_SUCCESS;
}

// No sensors: functions of the load.
nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, nvmlTemperatureSensors_t sensor, unsigned int *celsius) { (void)sensor; return tell(celsius, 30 + gpu_busy(device.handle) / 2); }
nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned int *milliwatts) { return tell(milliwatts, 60000 + 3000 * gpu_busy(device.handle)); }

// Health: a GPU whose file is gone has "fallen off the bus", once

#define FALLEN_OFF_THE_BUS 79

nvmlReturn_t nvmlDeviceGetSupportedEventTypes(nvmlDevice_t device, unsigned long long *types) { (void)device; *types = nvmlEventTypeXidCriticalError | nvmlEventTypeDoubleBitEccError | nvmlEventTypeSingleBitEccError; return NVML_SUCCESS; }
nvmlReturn_t nvmlDeviceRegisterEvents(nvmlDevice_t device, unsigned long long types, nvmlEventSet_t set) { (void)device; (void)types; (void)set; return NVML_SUCCESS; }
nvmlReturn_t nvmlEventSetCreate(nvmlEventSet_t *set) { set->handle = calloc(1, 8); return set->handle ? NVML_SUCCESS : NVML_ERROR_MEMORY; }
nvmlReturn_t nvmlEventSetFree(nvmlEventSet_t set) { free(set.handle); return NVML_SUCCESS; }

nvmlReturn_t nvmlEventSetWait_v2(nvmlEventSet_t set, nvmlEventData_t *data, unsigned int milliseconds) {
  (void)set;
  for (unsigned waited = 0;; waited += 250) {
    for (unsigned i = 0; i < gpus_count(); i++) {
      gpu_t gpu = gpu_at(i);
      if (gpu->lost || !gpu_is_lost(gpu)) continue;
      gpu->lost = 1;
      *data = (nvmlEventData_t){ { gpu }, nvmlEventTypeXidCriticalError, FALLEN_OFF_THE_BUS, 0xFFFFFFFF, 0xFFFFFFFF };
      return NVML_SUCCESS;
    }
    if (waited >= milliseconds) return NVML_ERROR_TIMEOUT;
    usleep(250 * 1000);
  }
}
