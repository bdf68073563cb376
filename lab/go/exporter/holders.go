package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	podresources "k8s.io/kubelet/pkg/apis/podresources/v1"
)

// Names under which accelerators are handed out (lab/accelerators/accelerator.ts).
const (
	resourceName = "lab.plimsoll.dev/accelerator"
	driverName   = "accelerator.lab.plimsoll.dev"
)

// holder is a container that was given an accelerator.
type holder struct{ namespace, pod, container string }

// holders asks the kubelet which container holds which device.
type holders struct {
	client podresources.PodResourcesListerClient
}

// newHolders connects to the kubelet's socket; the connection is made when it is used.
func newHolders(socket string) (*holders, error) {
	if socket == "" {
		return &holders{}, nil
	}
	connection, err := grpc.NewClient("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	return &holders{client: podresources.NewPodResourcesListerClient(connection)}, nil
}

// list gives the holders by device: its uuid from a device plugin, its name from DRA.
func (h *holders) list() (map[string][]holder, error) {
	if h.client == nil {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	answer, err := h.client.List(ctx, &podresources.ListPodResourcesRequest{})
	if err != nil {
		return nil, err
	}
	found := map[string][]holder{}
	for _, pod := range answer.GetPodResources() {
		for _, container := range pod.GetContainers() {
			who := holder{pod.GetNamespace(), pod.GetName(), container.GetName()}
			for _, device := range devicesOf(container) {
				found[device] = append(found[device], who)
			}
		}
	}
	for _, who := range found {
		slices.SortFunc(who, func(a, b holder) int {
			return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.pod, b.pod), cmp.Compare(a.container, b.container))
		})
	}
	return found, nil
}

func devicesOf(container *podresources.ContainerResources) []string {
	var devices []string
	for _, given := range container.GetDevices() {
		if given.GetResourceName() == resourceName {
			devices = append(devices, given.GetDeviceIds()...)
		}
	}
	for _, claim := range container.GetDynamicResources() {
		for _, given := range claim.GetClaimResources() {
			if given.GetDriverName() == driverName {
				devices = append(devices, given.GetDeviceName())
			}
		}
	}
	return devices
}
