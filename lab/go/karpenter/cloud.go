package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/awslabs/operatorpkg/status"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/karpenter/kwok/apis/v1alpha1"
	v1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/scheduling"
	"sigs.k8s.io/karpenter/pkg/utils/resources"
)

// cloud is Karpenter's CloudProvider over the lab's node provider. It keeps no state: the provider knows the machines.
type cloud struct {
	provider provider
	types    []*cloudprovider.InstanceType
}

func newCloud(ctx context.Context, socket string) (*cloud, error) {
	p := newProvider(socket)
	rows, err := p.types(ctx)
	if err != nil {
		return nil, err
	}
	// The cheapest first: Create takes the first that fits.
	slices.SortFunc(rows, func(a, b machineType) int { return int(1000 * (a.PricePerHour - b.PricePerHour)) })
	c := &cloud{provider: p}
	for _, row := range rows {
		c.types = append(c.types, instanceType(row))
	}
	return c, nil
}

// Create asks for a machine and answers at once; its kubelet registers some seconds later.
func (c *cloud) Create(ctx context.Context, claim *v1.NodeClaim) (*v1.NodeClaim, error) {
	wanted := scheduling.NewNodeSelectorRequirementsWithMinValues(claim.Spec.Requirements...)
	for _, one := range c.types {
		if wanted.Intersects(one.Requirements) != nil || !one.Offerings.Available().HasCompatible(wanted) ||
			!resources.Fits(claim.Spec.Resources.Requests, one.Allocatable()) {
			continue
		}
		made := machine{Name: claim.Name, Type: one.Name}
		err := c.provider.ask(ctx, http.MethodPut, "/machines/"+claim.Name, made, &made)
		var refused *statusError
		if errors.As(err, &refused) && refused.status == http.StatusInsufficientStorage {
			return nil, cloudprovider.NewInsufficientCapacityError(err)
		}
		if err != nil {
			return nil, cloudprovider.NewCreateError(err, "LaunchFailed", err.Error())
		}
		return c.claimOf(made), nil
	}
	return nil, cloudprovider.NewInsufficientCapacityError(fmt.Errorf("no machine type fits the node claim %s", claim.Name))
}

// Delete begins to remove the machine; Karpenter asks again until it is gone.
func (c *cloud) Delete(ctx context.Context, claim *v1.NodeClaim) error {
	return notFound(c.provider.ask(ctx, http.MethodDelete, "/machines/"+nameOf(claim.Status.ProviderID), nil, nil))
}

func (c *cloud) Get(ctx context.Context, providerID string) (*v1.NodeClaim, error) {
	var found machine
	if err := c.provider.ask(ctx, http.MethodGet, "/machines/"+nameOf(providerID), nil, &found); err != nil {
		return nil, notFound(err)
	}
	return c.claimOf(found), nil
}

func (c *cloud) List(ctx context.Context) ([]*v1.NodeClaim, error) {
	var found []machine
	if err := c.provider.ask(ctx, http.MethodGet, "/machines", nil, &found); err != nil {
		return nil, err
	}
	claims := make([]*v1.NodeClaim, len(found))
	for i, one := range found {
		claims[i] = c.claimOf(one)
	}
	return claims, nil
}

func (c *cloud) GetInstanceTypes(context.Context, *v1.NodePool) ([]*cloudprovider.InstanceType, error) {
	return c.types, nil
}

func (c *cloud) IsDrifted(context.Context, *v1.NodeClaim) (cloudprovider.DriftReason, error) {
	return "", nil
}

func (c *cloud) RepairPolicies() []cloudprovider.RepairPolicy {
	policy := cloudprovider.RepairPolicy{ConditionType: corev1.NodeReady, TolerationDuration: 10 * time.Minute}
	no, unknown := policy, policy
	no.ConditionStatus, unknown.ConditionStatus = corev1.ConditionFalse, corev1.ConditionUnknown
	return []cloudprovider.RepairPolicy{no, unknown}
}

func (c *cloud) Name() string { return "plimsoll-lab" }

// GetSupportedNodeClasses reuses the class of Karpenter's own test provider: it brings a CRD and has no required field.
func (c *cloud) GetSupportedNodeClasses() []status.Object {
	return []status.Object{&v1alpha1.KWOKNodeClass{}}
}

// claimOf is a machine as Karpenter wants to be told of it.
func (c *cloud) claimOf(one machine) *v1.NodeClaim {
	claim := &v1.NodeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: one.Name, Labels: map[string]string{}},
		Status:     v1.NodeClaimStatus{NodeName: one.Name, ProviderID: one.ProviderID, ImageID: "plimsoll-lab"},
	}
	for _, kind := range c.types {
		if kind.Name != one.Type {
			continue
		}
		for key, requirement := range kind.Requirements {
			claim.Labels[key] = requirement.Values()[0]
		}
		claim.Status.Capacity = kind.Capacity
		claim.Status.Allocatable = kind.Allocatable()
	}
	return claim
}

// nameOf is the machine of a provider ID (plimsoll://LAB/MACHINE).
func nameOf(providerID string) string { return providerID[strings.LastIndex(providerID, "/")+1:] }

func notFound(err error) error {
	var refused *statusError
	if errors.As(err, &refused) && refused.status == http.StatusNotFound {
		return cloudprovider.NewNodeClaimNotFoundError(err)
	}
	return err
}
