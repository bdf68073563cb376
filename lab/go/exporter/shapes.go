package main

import (
	"fmt"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// metric is one family of a shape: the value of a device, in the unit that the
// vendor's exporter uses.
type metric struct {
	name, help string
	value      func(reading) float64
	// more are labels of this family alone, after the shape's.
	more []pair
	// only, if set, says which devices have the series at all.
	only func(reading) bool
}

type pair struct{ name, value string }

// shape is how a vendor's exporter speaks: which labels tell devices apart, and
// which families there are. The values are the kernel's counters, as always.
type shape struct {
	labels  func(record, reading) []pair
	metrics []metric
	// alone are families about the node.
	alone []func(record, []reading) (string, []pair, float64)
}

func mib(bytes int64) float64      { return float64(bytes >> 20) }
func busy(r reading) float64       { return r.utilisation }
func percent(r reading) float64    { return float64(int(100 * r.utilisation)) }
func usedBytes(r reading) float64  { return float64(r.used) }
func totalBytes(r reading) float64 { return float64(r.MemoryBytes) }
func usedMiB(r reading) float64    { return mib(r.used) }
func totalMiB(r reading) float64   { return mib(r.MemoryBytes) }
func none(reading) float64         { return 0 }
func watts(r reading) float64      { return 60 + 300*r.utilisation }
func celsius(r reading) float64 {
	return float64(int(idleTemperature + (fullTemperature-idleTemperature)*r.warmth))
}
func index(r reading) string             { return fmt.Sprint(r.Index) }
func address(r reading, from int) string { return fmt.Sprintf("0000:%02x:00.0", from+r.Index) }

func dcgm(hostname, driver string) func(record, reading) []pair {
	return func(rec record, r reading) []pair {
		return []pair{{"gpu", index(r)}, {"UUID", r.UUID}, {"pci_bus_id", "0000" + strings.ToUpper(address(r, 0x41))},
			{"device", "nvidia" + index(r)}, {"modelName", r.Model}, {hostname, rec.Node}, {driver, "580.65.06"}}
	}
}

// The families of DCGM's exporter up to 4.8: percent and MiB.
var dcgmOld = []metric{
	{name: "DCGM_FI_DEV_GPU_UTIL", help: "GPU utilization (in %).", value: percent},
	{name: "DCGM_FI_DEV_MEM_COPY_UTIL", help: "Memory utilization (in %).", value: func(r reading) float64 { return float64(int(50 * r.utilisation)) }},
	{name: "DCGM_FI_DEV_GPU_TEMP", help: "GPU temperature (in C).", value: celsius},
	{name: "DCGM_FI_DEV_POWER_USAGE", help: "Power draw (in W).", value: watts},
	{name: "DCGM_FI_DEV_FB_FREE", help: "Framebuffer memory free (in MiB).", value: func(r reading) float64 { return totalMiB(r) - usedMiB(r) }},
	{name: "DCGM_FI_DEV_FB_USED", help: "Framebuffer memory used (in MiB).", value: usedMiB},
	{name: "DCGM_FI_DEV_XID_ERRORS", help: "Value of the last XID error encountered.", value: none},
	{name: "DCGM_FI_PROF_GR_ENGINE_ACTIVE", help: "Ratio of time the graphics engine is active.", value: busy},
}

func amd(partition string) func(record, reading) []pair {
	return func(rec record, r reading) []pair {
		part, serial := "0", r.UUID
		if partition != "spx" {
			// All partitions of a card have its serial number.
			part, serial = index(r), "692432000777"
		}
		return []pair{{"card_model", "0xc34"}, {"gpu_compute_partition_type", partition}, {"gpu_id", index(r)},
			{"gpu_partition_id", part}, {"hostname", rec.Node}, {"serial_number", serial}}
	}
}

// The first partition alone has some fields; nil: every device has them.
func amdMetrics(activity func(reading) bool) []metric {
	return []metric{
		{name: "gpu_gfx_activity", help: "Graphics engine usage percentage (0 - 100)", value: percent, only: activity},
		{name: "gpu_package_power", help: "Current socket power in Watts", value: watts, only: activity},
		{name: "gpu_used_vram", help: "VRAM used in MB", value: usedMiB},
		{name: "gpu_free_vram", help: "VRAM free in MB", value: func(r reading) float64 { return totalMiB(r) - usedMiB(r) }},
		{name: "gpu_total_vram", help: "VRAM total in MB", value: totalMiB},
	}
}

func xpum(_ record, r reading) []pair {
	return []pair{{"dev_file", "card" + index(r)}, {"dev_name", r.Model}, {"pci_bdf", address(r, 0x11)}, {"pci_dev", "0x56c0"},
		{"src", "direct"}, {"uuid", r.UUID}, {"vendor", "Intel(R) Corporation"}}
}

func neuronCore(_ record, r reading) []pair {
	return []pair{{"instance_type", "trn1.2xlarge"}, {"neuroncore", index(r)}, {"runtime_tag", "1"}}
}

var shapes = map[string]shape{
	"dcgm-3": {labels: dcgm("Hostname", "DCGM_FI_DRIVER_VERSION"), metrics: dcgmOld},
	"dcgm-4": {labels: dcgm("Hostname", "DCGM_FI_DRIVER_VERSION"), metrics: append([]metric{
		{name: "DCGM_FI_DEV_FB_RESERVED", help: "Framebuffer memory reserved (in MiB).", value: none},
	}, dcgmOld...)},
	// Names, units and two labels changed in 2026.
	"dcgm-4.9": {labels: dcgm("hostname", "DCGM_FI_SYSTEM_DRIVER_VERSION"), metrics: []metric{
		{name: "DCGM_FI_DEV_GPU_UTIL_RATIO", help: "GPU utilization (0 to 1).", value: busy},
		{name: "DCGM_FI_DEV_MEMORY_UTIL_RATIO", help: "Memory utilization (0 to 1).", value: func(r reading) float64 { return r.utilisation / 2 }},
		{name: "DCGM_FI_DEV_GPU_TEMP_CELSIUS", help: "GPU temperature (in C).", value: celsius},
		{name: "DCGM_FI_DEV_BOARD_POWER_WATTS", help: "Power draw (in W).", value: watts},
		{name: "DCGM_FI_DEV_FB_FREE_BYTES", help: "Framebuffer memory free.", value: func(r reading) float64 { return totalBytes(r) - usedBytes(r) }},
		{name: "DCGM_FI_DEV_FB_USED_BYTES", help: "Framebuffer memory used.", value: usedBytes},
		{name: "DCGM_FI_DEV_FB_RESERVED_BYTES", help: "Framebuffer memory reserved.", value: none},
		{name: "DCGM_FI_DEV_FB_CAPACITY_BYTES", help: "Framebuffer memory.", value: totalBytes},
		{name: "DCGM_FI_PROF_GR_ENGINE_UTIL_RATIO", help: "Ratio of time the graphics engine is active.", value: busy},
	}},
	"amd":     {labels: amd("spx"), metrics: amdMetrics(nil)},
	"amd-cpx": {labels: amd("cpx"), metrics: amdMetrics(func(r reading) bool { return r.Index == 0 })},
	"gaudi": {labels: func(rec record, r reading) []pair {
		return []pair{{"Hostname", rec.Node}, {"UUID", r.UUID}, {"device", "accel" + index(r)}}
	}, metrics: []metric{
		{name: "habanalabs_utilization", help: "Utilization of the device in percent.", value: percent},
		{name: "habanalabs_memory_used_bytes", help: "Memory in use.", value: usedBytes},
		{name: "habanalabs_memory_free_bytes", help: "Memory free.", value: func(r reading) float64 { return totalBytes(r) - usedBytes(r) }},
		{name: "habanalabs_memory_total_bytes", help: "Memory.", value: totalBytes},
		{name: "habanalabs_temperature_onchip", help: "Temperature (in C).", value: celsius},
		{name: "habanalabs_power_mW", help: "Power draw.", value: func(r reading) float64 { return 1000 * watts(r) }},
	}},
	// Only cores in use have series.
	"neuron": {labels: neuronCore, metrics: []metric{
		{name: "neuroncore_utilization_ratio", help: "NeuronCore utilization ratio", value: busy, only: inUse},
		{name: "neuroncore_memory_usage_model_code", help: "Bytes used", value: none, only: inUse, more: []pair{{"memory_location", "None"}}},
		{name: "neuroncore_memory_usage_tensors", help: "Bytes used", value: usedBytes, only: inUse, more: []pair{{"memory_location", "None"}}},
	}, alone: []func(record, []reading) (string, []pair, float64){func(_ record, all []reading) (string, []pair, float64) {
		return "neuron_hardware_info", []pair{{"instance_type", "trn1.2xlarge"}, {"neuron_device_count", fmt.Sprint(len(all))}, {"neuroncore_per_device_count", "1"}}, 1
	}}},
	"ascend": {labels: func(_ record, r reading) []pair {
		return []pair{{"id", index(r)}, {"model_name", "910B4"}, {"vdie_id", r.UUID}, {"pcie_bus_info", strings.ToUpper(address(r, 0xc1))},
			{"container_name", ""}, {"namespace", ""}, {"pod_name", ""}}
	}, metrics: []metric{
		{name: "npu_chip_info_utilization", help: "the ai core utilization (in %)", value: percent},
		{name: "npu_chip_info_overall_utilization", help: "the overall utilization (in %)", value: percent},
		{name: "npu_chip_info_hbm_used_memory", help: "the npu hbm used memory (in MB)", value: usedMiB},
		{name: "npu_chip_info_hbm_total_memory", help: "the npu hbm total memory (in MB)", value: totalMiB},
		{name: "npu_chip_info_temperature", help: "the npu temperature (in C)", value: celsius},
		{name: "npu_chip_info_power", help: "the npu power (in W)", value: watts},
	}},
	"xpum-1": {labels: xpum, metrics: []metric{
		{name: "xpum_engine_ratio", help: "GPU active time of the elapsed time (0 to 1)", value: busy},
		{name: "xpum_engine_group_ratio", help: "Engine group utilization (0 to 1)", value: busy, more: []pair{{"type", "compute"}}},
		{name: "xpum_memory_used_bytes", help: "Used GPU memory", value: usedBytes},
		{name: "xpum_memory_ratio", help: "GPU memory used of the whole (0 to 1)", value: func(r reading) float64 { return usedBytes(r) / totalBytes(r) }},
		{name: "xpum_temperature_celsius", help: "GPU temperature", value: celsius, more: []pair{{"location", "gpu"}}},
		{name: "xpum_power_watts", help: "GPU power", value: watts},
	}},
	// OpenTelemetry's names, a series for each engine.
	"xpum-2": {labels: func(_ record, r reading) []pair {
		return []pair{{"hw_id", address(r, 0x11)}, {"hw_type", "gpu"}, {"hw_model", r.Model}, {"pci_bdf", address(r, 0x11)}}
	}, metrics: []metric{
		{name: "hw_gpu_utilization_ratio", help: "Fraction of time the engine is busy", value: busy, more: []pair{{"hw_gpu_task", "compute"}}},
		{name: "hw_memory_usage_bytes", help: "Memory used", value: usedBytes, more: []pair{{"hw_memory_location", "device"}}},
		{name: "hw_memory_size_bytes", help: "Memory", value: totalBytes, more: []pair{{"hw_memory_location", "device"}}},
	}},
	"gke": {labels: func(_ record, r reading) []pair {
		return []pair{{"accelerator_id", r.UUID}, {"make", "nvidia"}, {"model", r.Model}, {"container", ""}, {"namespace", ""}, {"pod", ""}}
	}, metrics: []metric{
		{name: "duty_cycle", help: "Percent of time when the accelerator was actively processing", value: percent},
		{name: "duty_cycle_gpu_node", help: "Percent of time when the GPU was actively processing", value: percent},
		{name: "memory_used", help: "Accelerator memory used in bytes", value: usedBytes},
		{name: "memory_total", help: "Total accelerator memory in bytes", value: totalBytes},
		{name: "memory_used_gpu_node", help: "GPU memory used in bytes", value: usedBytes},
		{name: "memory_total_gpu_node", help: "Total GPU memory in bytes", value: totalBytes},
	}},
}

func inUse(r reading) bool { return r.used > 0 || r.utilisation > 0 }

// shaped serves the families of a shape. It is an unchecked collector: which
// series there are depends on the devices.
type shaped struct {
	shape   shape
	sampler *sampler
}

func (*shaped) Describe(chan<- *prometheus.Desc) {}

func (s *shaped) Collect(out chan<- prometheus.Metric) {
	record, readings, err := s.sampler.current()
	if err != nil {
		out <- prometheus.NewInvalidMetric(prometheus.NewInvalidDesc(err), err)
		return
	}
	for _, m := range s.shape.metrics {
		for _, r := range readings {
			if m.only == nil || m.only(r) {
				out <- gauge(m.name, m.help, append(s.shape.labels(record, r), m.more...), m.value(r))
			}
		}
	}
	for _, alone := range s.shape.alone {
		name, labels, value := alone(record, readings)
		out <- gauge(name, name, labels, value)
	}
}

func gauge(name, help string, labels []pair, value float64) prometheus.Metric {
	var names, values []string
	for _, label := range labels {
		names, values = append(names, label.name), append(values, label.value)
	}
	return prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, names, nil), prometheus.GaugeValue, value, values...)
}
