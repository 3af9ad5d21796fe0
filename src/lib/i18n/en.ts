import audit from './en/audit.json' with { type: 'json' };
import accounts from './en/accounts.json' with { type: 'json' };
import alerts from './en/alerts.json' with { type: 'json' };
import baselines from './en/baselines.json' with { type: 'json' };
import clearance from './en/clearance.json' with { type: 'json' };
import codes from './en/codes.json' with { type: 'json' };
import dashboard from './en/dashboard.json' with { type: 'json' };
import decisions from './en/decisions.json' with { type: 'json' };
import data from './en/data.json' with { type: 'json' };
import documents from './en/documents.json' with { type: 'json' };
import deliveries from './en/deliveries.json' with { type: 'json' };
import endpoints from './en/endpoints.json' with { type: 'json' };
import escalation from './en/escalation.json' with { type: 'json' };
import exclusions from './en/exclusions.json' with { type: 'json' };
import exported from './en/exports.json' with { type: 'json' };
import health from './en/health.json' with { type: 'json' };
import honesty from './en/honesty.json' with { type: 'json' };
import http from './en/http.json' with { type: 'json' };
import impact from './en/impact.json' with { type: 'json' };
import metric from './en/metric.json' with { type: 'json' };
import glossary from './en/glossary.json' with { type: 'json' };
import happened from './en/happened.json' with { type: 'json' };
import intake from './en/intake.json' with { type: 'json' };
import people from './en/people.json' with { type: 'json' };
import portfolio from './en/portfolio.json' with { type: 'json' };
import push from './en/push.json' with { type: 'json' };
import receipts from './en/receipts.json' with { type: 'json' };
import records from './en/records.json' with { type: 'json' };
import rules from './en/rules.json' with { type: 'json' };
import sample from './en/sample.json' with { type: 'json' };
import searches from './en/searches.json' with { type: 'json' };
import sources from './en/sources.json' with { type: 'json' };
import security from './en/security.json' with { type: 'json' };
import shell from './en/shell.json' with { type: 'json' };
import templates from './en/templates.json' with { type: 'json' };
import watch from './en/watch.json' with { type: 'json' };

export const en = {
  ...shell,
  ...watch,
  ...baselines,
  ...http,
  ...accounts,
  ...audit,
  ...people,
  ...security,
  ...data,
  ...alerts,
  ...impact,
  ...glossary,
  ...happened,
  ...metric,
  ...escalation,
  ...push,
  ...health,
  ...exclusions,
  ...searches,
  ...templates,
  ...clearance,
  ...intake,
  ...codes,
  ...dashboard,
  ...decisions,
  ...documents,
  ...honesty,
  ...exported,
  ...rules,
  ...sample,
  ...portfolio,
  ...deliveries,
  ...endpoints,
  ...receipts,
  ...records,
  ...sources,
};
