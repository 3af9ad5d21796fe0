import audit from './zh-CN/audit.json' with { type: 'json' };
import accounts from './zh-CN/accounts.json' with { type: 'json' };
import alerts from './zh-CN/alerts.json' with { type: 'json' };
import baselines from './zh-CN/baselines.json' with { type: 'json' };
import clearance from './zh-CN/clearance.json' with { type: 'json' };
import codes from './zh-CN/codes.json' with { type: 'json' };
import dashboard from './zh-CN/dashboard.json' with { type: 'json' };
import decisions from './zh-CN/decisions.json' with { type: 'json' };
import data from './zh-CN/data.json' with { type: 'json' };
import documents from './zh-CN/documents.json' with { type: 'json' };
import deliveries from './zh-CN/deliveries.json' with { type: 'json' };
import endpoints from './zh-CN/endpoints.json' with { type: 'json' };
import escalation from './zh-CN/escalation.json' with { type: 'json' };
import exclusions from './zh-CN/exclusions.json' with { type: 'json' };
import exported from './zh-CN/exports.json' with { type: 'json' };
import health from './zh-CN/health.json' with { type: 'json' };
import honesty from './zh-CN/honesty.json' with { type: 'json' };
import http from './zh-CN/http.json' with { type: 'json' };
import impact from './zh-CN/impact.json' with { type: 'json' };
import metric from './zh-CN/metric.json' with { type: 'json' };
import glossary from './zh-CN/glossary.json' with { type: 'json' };
import happened from './zh-CN/happened.json' with { type: 'json' };
import intake from './zh-CN/intake.json' with { type: 'json' };
import people from './zh-CN/people.json' with { type: 'json' };
import portfolio from './zh-CN/portfolio.json' with { type: 'json' };
import push from './zh-CN/push.json' with { type: 'json' };
import receipts from './zh-CN/receipts.json' with { type: 'json' };
import records from './zh-CN/records.json' with { type: 'json' };
import rules from './zh-CN/rules.json' with { type: 'json' };
import sample from './zh-CN/sample.json' with { type: 'json' };
import searches from './zh-CN/searches.json' with { type: 'json' };
import sources from './zh-CN/sources.json' with { type: 'json' };
import security from './zh-CN/security.json' with { type: 'json' };
import shell from './zh-CN/shell.json' with { type: 'json' };
import templates from './zh-CN/templates.json' with { type: 'json' };
import watch from './zh-CN/watch.json' with { type: 'json' };

export const zh_cn = {
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
