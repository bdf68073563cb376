// MIG: the partitions that the list of GPUs has. Only what is there already; nothing is made or taken away. A GPU instance has one
// compute instance, so both handles point to the partition.
#include "answers.h"

nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t device, unsigned int *current, unsigned int *pending) {
  if (!device.handle->partitions) return NVML_ERROR_NOT_SUPPORTED;
  tell(pending, NVML_DEVICE_MIG_ENABLE);
  return tell(current, NVML_DEVICE_MIG_ENABLE);
}
nvmlReturn_t nvmlDeviceIsMigDeviceHandle(nvmlDevice_t device, unsigned int *is) { return tell(is, device.handle->gpu != NULL); }
nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t device, unsigned int *count) { return tell(count, device.handle->partitions ? MOST_PARTITIONS : 0); }
nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t device, unsigned int index, nvmlDevice_t *mig) { return give(mig, index < device.handle->partitions ? device.handle->partition[index] : NULL, NVML_ERROR_NOT_FOUND); }
nvmlReturn_t nvmlDeviceGetDeviceHandleFromMigDeviceHandle(nvmlDevice_t mig, nvmlDevice_t *device) { return give(device, mig.handle->gpu, NVML_ERROR_INVALID_ARGUMENT); }
nvmlReturn_t nvmlDeviceGetGpuInstanceId(nvmlDevice_t mig, unsigned int *id) { return mig.handle->gpu ? tell(id, mig.handle->instance) : NVML_ERROR_NOT_SUPPORTED; }
nvmlReturn_t nvmlDeviceGetComputeInstanceId(nvmlDevice_t mig, unsigned int *id) { return mig.handle->gpu ? tell(id, mig.handle->compute) : NVML_ERROR_NOT_SUPPORTED; }

nvmlReturn_t nvmlDeviceGetAttributes_v2(nvmlDevice_t mig, nvmlDeviceAttributes_t *attributes) {
  if (!mig.handle->gpu) return NVML_ERROR_NOT_SUPPORTED;
  memset(attributes, 0, sizeof *attributes);
  attributes->multiprocessorCount = 16 * mig.handle->slices;
  attributes->sharedCopyEngineCount = mig.handle->slices;
  attributes->gpuInstanceSliceCount = attributes->computeInstanceSliceCount = mig.handle->slices;
  attributes->memorySizeMB = mig.handle->memory >> 20;
  return NVML_SUCCESS;
}

// The slices of a profile; of GPU instances and of compute instances alike. 0: not one of ours.
static unsigned slices_of(unsigned profile) {
  static const unsigned slices[] = { [NVML_GPU_INSTANCE_PROFILE_1_SLICE] = 1, [NVML_GPU_INSTANCE_PROFILE_2_SLICE] = 2, [NVML_GPU_INSTANCE_PROFILE_3_SLICE] = 3, [NVML_GPU_INSTANCE_PROFILE_4_SLICE] = 4, [NVML_GPU_INSTANCE_PROFILE_7_SLICE] = 7 };
  return profile < sizeof slices / sizeof *slices ? slices[profile] : 0;
}

static unsigned profile_of(unsigned slices) {
  for (unsigned profile = 0; profile <= NVML_GPU_INSTANCE_PROFILE_7_SLICE; profile++)
    if (slices_of(profile) == slices) return profile;
  return NVML_GPU_INSTANCE_PROFILE_1_SLICE;
}

static gpu_t of_instance(nvmlGpuInstance_t instance) { return (gpu_t)instance.handle; }

nvmlReturn_t nvmlDeviceGetGpuInstanceById(nvmlDevice_t device, unsigned int id, nvmlGpuInstance_t *instance) {
  for (unsigned i = 0; i < device.handle->partitions; i++) {
    if (device.handle->partition[i]->instance != id) continue;
    instance->handle = (struct nvmlGpuInstance_st *)device.handle->partition[i];
    return NVML_SUCCESS;
  }
  return NVML_ERROR_NOT_FOUND;
}

nvmlReturn_t nvmlGpuInstanceGetInfo(nvmlGpuInstance_t instance, nvmlGpuInstanceInfo_t *info) {
  gpu_t part = of_instance(instance);
  *info = (nvmlGpuInstanceInfo_t){ { part->gpu }, part->instance, profile_of(part->slices), { part->index, part->slices } };
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetGpuInstanceProfileInfo(nvmlDevice_t device, unsigned int profile, nvmlGpuInstanceProfileInfo_t *info) {
  unsigned slices = slices_of(profile);
  if (!device.handle->partitions || !slices) return NVML_ERROR_NOT_SUPPORTED;
  *info = (nvmlGpuInstanceProfileInfo_t){ .id = profile, .sliceCount = slices, .instanceCount = MOST_PARTITIONS / slices, .multiprocessorCount = 16 * slices, .copyEngineCount = slices, .memorySizeMB = (device.handle->memory >> 23) * slices };
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlGpuInstanceGetComputeInstanceById(nvmlGpuInstance_t instance, unsigned int id, nvmlComputeInstance_t *compute) {
  if (of_instance(instance)->compute != id) return NVML_ERROR_NOT_FOUND;
  compute->handle = (struct nvmlComputeInstance_st *)instance.handle;
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlComputeInstanceGetInfo_v2(nvmlComputeInstance_t compute, nvmlComputeInstanceInfo_t *info) {
  gpu_t part = (gpu_t)compute.handle;
  *info = (nvmlComputeInstanceInfo_t){ { part->gpu }, { (struct nvmlGpuInstance_st *)part }, part->compute, profile_of(part->slices), { 0, part->slices } };
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlGpuInstanceGetComputeInstanceProfileInfo(nvmlGpuInstance_t instance, unsigned int profile, unsigned int engine, nvmlComputeInstanceProfileInfo_t *info) {
  gpu_t part = of_instance(instance);
  if (engine != NVML_COMPUTE_INSTANCE_ENGINE_PROFILE_SHARED || slices_of(profile) != part->slices) return NVML_ERROR_NOT_SUPPORTED;
  *info = (nvmlComputeInstanceProfileInfo_t){ .id = profile, .sliceCount = part->slices, .instanceCount = 1, .multiprocessorCount = 16 * part->slices };
  return NVML_SUCCESS;
}
