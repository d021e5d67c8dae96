package convention_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestLinesSayWhatWasChangedInTheWordsOfTheirTools(t *testing.T) {
	t.Parallel()
	query, stems := regexp.MustCompile(convention.ChangeLines), regexp.MustCompile(convention.ChangeStems)
	for line, want := range map[string][3]string{
		`Initiated automated sync to '4ebe26e6fa66'`:                                   {incident.KindRelease, "", "4ebe26e6fa66"},
		`Partial sync operation to 273a255 succeeded`:                                  {incident.KindRelease, "", "273a255"},
		`Helm upgrade succeeded for release shop/web.v12 with chart web@1.16.5`:        {incident.KindRelease, "web", "1.16.5"},
		`Release "basket" has been upgraded. Happy Helming!`:                           {incident.KindRelease, "basket", ""},
		`2026-01-02 10:00:00Z: Job deploy-production completed with result: Succeeded`: {incident.KindRelease, "deploy-production", ""},
		`Running job: deploy`: {incident.KindRelease, "deploy", ""},
		`web-deploy #118 main build action completed: SUCCESS`:                                         {incident.KindRelease, "web-deploy", "118"},
		`Deploying basket version 2.3.1`:                                                               {incident.KindRelease, "basket", "2.3.1"},
		`Deployed registry.local/basket:v2.3.1`:                                                        {incident.KindRelease, "registry.local/basket", "2.3.1"},
		`Migrating schema "public" to version "12 - add voucher"`:                                      {incident.KindMigration, "12 - add voucher", ""},
		`Running Changeset: db/changelog.xml::7::ana`:                                                  {incident.KindMigration, "db/changelog.xml::7::ana", ""},
		`INFO  [alembic.runtime.migration] Running upgrade 1975ea83b712 -> ae1027a6acf, Add a column`:  {incident.KindMigration, "ae1027a6acf", ""},
		`  Applying shop.0012_voucher... OK`:                                                           {incident.KindMigration, "shop.0012_voucher", ""},
		`== 20260102101010 AddVoucherToOrders: migrating ======`:                                       {incident.KindMigration, "AddVoucherToOrders", ""},
		`12/u add_voucher (34.1ms)`:                                                                    {incident.KindMigration, "12/u add_voucher", ""},
		"Applying migration `20260102_add_voucher`":                                                    {incident.KindMigration, "20260102_add_voucher", ""},
		`OK   20260102_voucher.sql (12.3ms)`:                                                           {incident.KindMigration, "20260102_voucher.sql", ""},
		`LOG:  statement: ALTER TABLE orders ADD COLUMN voucher text`:                                  {incident.KindMigration, "ALTER TABLE orders", ""},
		`Changes detected in 'web-settings' of type 'CONFIGMAP' in namespace 'shop'`:                   {incident.KindConfiguration, "web-settings", ""},
		`parameter "max_connections" changed to "20"`:                                                  {incident.KindConfiguration, "max_connections", "20"},
		`received SIGHUP, reloading configuration files`:                                               {incident.KindConfiguration, "", ""},
		`Config file /etc/web/app.yaml changed`:                                                        {incident.KindConfiguration, "/etc/web/app.yaml", ""},
		`Completed loading of configuration file`:                                                      {incident.KindConfiguration, "", ""},
		`reloaded secrets from the vault`:                                                              {incident.KindConfiguration, "", ""},
		`feature flag "new-checkout" is now on`:                                                        {incident.KindFeatureFlag, "new-checkout", "on"},
		`toggled flag express.lane`:                                                                    {incident.KindFeatureFlag, "express.lane", ""},
		`Job: [SimpleJob: [name=settleAccounts]] launched with the following parameters: [{run.id=4}]`: {incident.KindBatchJob, "settleAccounts", ""},
		`Scheduler: Sending due task nightly-report (tasks.report)`:                                    {incident.KindBatchJob, "nightly-report", ""},
		`(root) CMD (/usr/local/bin/backup --all)`:                                                     {incident.KindBatchJob, "/usr/local/bin/backup --all", ""},
		`scheduled job settle-accounts started`:                                                        {incident.KindBatchJob, "settle-accounts", ""},
	} {
		require.True(t, query.MatchString(line), line)
		require.True(t, stems.MatchString(line), line)
		k, is := convention.ChangeIn(line, line)
		require.True(t, is, line)
		require.Equal(t, want, [3]string{k.Kind, k.Object, k.To}, line)
		require.NotEmpty(t, k.Action, line)
	}
	k, is := convention.ChangeIn(`Initiated automated sync to 'abc1234'`, `level=info msg="Initiated automated sync to 'abc1234'" application=argocd/basket reason=OperationStarted`)
	require.True(t, is)
	require.Equal(t, "basket", k.Object, "its fields name what it deploys")
}

func TestLinesOfOrdinaryWorkAreNoChanges(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		`GET /deployments 200 in 12 ms`, `order 4711 was updated`, `user settings updated for ana`, `job queue is empty`, `swept 12 entries in 3 ms`, `Helm upgrade failed for release shop/web`,
		`failed to reload configuration`, `migration 12 skipped: no changes`, `reconciliation finished in 1.2s, next run in 10m0s`, `POST /charge failed: card declined`, `Running job: unit-tests`,
		`SELECT voucher FROM orders`, `released 3 connections`, `deployed 4 workers`, `certificate of stripe.com verified`, `1/2 replicas are ready`,
	} {
		_, is := convention.ChangeIn(line, line)
		require.False(t, is, line)
	}
}
