package main

import (
	"log"

	"github.com/prometheus/client_golang/prometheus"
)

// Temperatures between which a device moves with its load, in degrees Celsius.
const (
	idleTemperature = 32
	fullTemperature = 84
)

// The names are those of OpenTelemetry's hardware conventions (hw.gpu.*, status
// "development") as its Prometheus exporters write them. Every series names its
// device by hw_id, and the pod that holds it, if one does.
var (
	labels = []string{"hw_id", "hw_type", "hw_name", "hw_model", "hw_vendor", "hw_driver_version", "uuid", "node", "namespace", "pod", "container"}

	utilisationDesc = describe("hw_gpu_utilization_ratio",
		"Share of the last 2 seconds in which the device had work in progress (io_ticks in /sys/block/loopN/stat), 0 to 1.")
	usedDesc = describe("hw_gpu_memory_usage_bytes",
		"Memory in use: blocks that the kernel has allocated in the device's backing file.")
	totalDesc = describe("hw_gpu_memory_limit_bytes",
		"Memory of the device: its size.")
	usedRatioDesc = describe("hw_gpu_memory_utilization_ratio",
		"Memory in use as a share of the device's memory, 0 to 1.")
	ioDesc = describe("hw_gpu_io_bytes_total",
		"Bytes moved to (receive) and from (transmit) the device since the kernel made it.", "network_io_direction")
	temperatureDesc = describe("hw_temperature_celsius",
		"No sensor: a function of the load, 32 degrees when idle, rising to 84 under full load with a lag of some ten seconds.")
	busyDesc = describe("plimsoll_accelerator_busy_seconds_total",
		"Time in which the device had work in progress since the kernel made it (io_ticks).")
	holderDesc = prometheus.NewDesc("plimsoll_accelerator_holder_info",
		"1 for each container that holds the device; the other series name the first of them.",
		[]string{"hw_id", "node", "namespace", "pod", "container"}, nil)
	attributionDesc = prometheus.NewDesc("plimsoll_exporter_pod_resources_up",
		"1 when the kubelet told which container holds which device.", nil, nil)
)

func describe(name, help string, more ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, append(append([]string{}, labels...), more...), nil)
}

type collector struct {
	sampler *sampler
	holders *holders
}

func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{utilisationDesc, usedDesc, totalDesc, usedRatioDesc, ioDesc, temperatureDesc, busyDesc, holderDesc, attributionDesc} {
		out <- desc
	}
}

// Collect fails the whole scrape when the devices cannot be read: half an answer
// would look like a node with fewer accelerators.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	record, readings, err := c.sampler.current()
	if err != nil {
		out <- prometheus.NewInvalidMetric(utilisationDesc, err)
		return
	}
	holders, err := c.holders.list()
	up := 1.0
	if err != nil {
		log.Printf("who holds which device is unknown: %v", err)
	}
	if err != nil || c.holders.client == nil {
		up = 0
	}
	out <- prometheus.MustNewConstMetric(attributionDesc, prometheus.GaugeValue, up)
	for _, r := range readings {
		who := append(append([]holder{}, holders[r.UUID]...), holders[r.name()]...)
		for _, one := range who {
			out <- prometheus.MustNewConstMetric(holderDesc, prometheus.GaugeValue, 1, r.UUID, record.Node, one.namespace, one.pod, one.container)
		}
		device(out, record, r, append(who, holder{})[0])
	}
}

func device(out chan<- prometheus.Metric, record record, r reading, who holder) {
	values := []string{r.UUID, "gpu", r.name(), r.Model, "Plimsoll", record.DriverVersion, r.UUID, record.Node, who.namespace, who.pod, who.container}
	send := func(desc *prometheus.Desc, kind prometheus.ValueType, value float64, more ...string) {
		out <- prometheus.MustNewConstMetric(desc, kind, value, append(append([]string{}, values...), more...)...)
	}
	send(utilisationDesc, prometheus.GaugeValue, r.utilisation)
	send(usedDesc, prometheus.GaugeValue, float64(r.used))
	send(totalDesc, prometheus.GaugeValue, float64(r.MemoryBytes))
	send(usedRatioDesc, prometheus.GaugeValue, float64(r.used)/float64(r.MemoryBytes))
	send(ioDesc, prometheus.CounterValue, float64(r.written), "receive")
	send(ioDesc, prometheus.CounterValue, float64(r.read), "transmit")
	send(temperatureDesc, prometheus.GaugeValue, idleTemperature+(fullTemperature-idleTemperature)*r.warmth)
	send(busyDesc, prometheus.CounterValue, r.busy.Seconds())
}
