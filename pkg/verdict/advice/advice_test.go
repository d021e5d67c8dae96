package advice_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
)

func TestLooksAndRemediesAreKeptApartInTheirOrder(t *testing.T) {
	t.Parallel()
	var a advice.Advice
	a.Look("cause/pods", "Shows the pods.", "kubectl get pods -n %s", "shop")
	a.Change("cause/changes", "Goes back.", "kubectl rollout undo deployment/%s -n %s", "web", "shop")
	a.After("cause/changes", "Waits.", "kubectl rollout status deployment/%s -n %s", "web", "shop")
	require.Equal(t, []incident.Command{
		{Text: "kubectl get pods -n shop", Why: "Shows the pods.", Step: "cause/pods"},
	}, a.Looks)
	require.Equal(t, []incident.Command{
		{Text: "kubectl rollout undo deployment/web -n shop", Why: "Goes back.", Step: "cause/changes", Changes: true},
		{Text: "kubectl rollout status deployment/web -n shop", Why: "Waits.", Step: "cause/changes"},
	}, a.Remedies)
}

func TestTheSameCommandIsAdvisedOnce(t *testing.T) {
	t.Parallel()
	var a advice.Advice
	a.Look("cause/pods", "Shows the pods.", "kubectl get pods -n %s", "shop")
	a.Look("cause/pool", "Shows them for another reason.", "kubectl get pods -n %s", "shop")
	a.Look("cause/pods", "Shows others.", "kubectl get pods -n %s", "bank")
	require.Len(t, a.Looks, 2)
	require.Equal(t, "Shows the pods.", a.Looks[0].Why, "the first reason stays")
}

func TestWhatComesAfterChangesNeedsAChange(t *testing.T) {
	t.Parallel()
	var a advice.Advice
	a.After("cause/changes", "Waits.", "kubectl rollout status deployment/%s", "web")
	require.Empty(t, a.Remedies)
	a.Change("cause/changes", "Cannot be written.", "kubectl delete pod %s", "--all")
	a.After("cause/changes", "Waits.", "kubectl rollout status deployment/%s", "web")
	require.Empty(t, a.Remedies, "a command that was refused changes nothing")
}
