import { getEvents, getEventStream } from '#lib/server/events/events-api.ts';
import { getAlert, getAlertCounts, getAlerts, patchAlert, postAcknowledgement } from './alerts-api.ts';
import { getDeliveries, getDelivery, postReplay, postReplays } from './deliveries-api.ts';
import {
  getEndpoint,
  getEndpoints,
  patchEndpoint,
  postEndpoint,
  postEndpointTest,
  postRotation,
  removeEndpoint,
} from './endpoints-api.ts';
import { getExclusions, getProposals, postExclusion, removeExclusion } from './exclusions-api.ts';
import { getDeliveryHealth } from './delivery-health-api.ts';
import { getPushBrowsers, postPushBrowser, removePushBrowser } from './push-api.ts';
import { getEscalation, putEscalation, removeEscalation } from './escalation-api.ts';
import { getFeedTokens, postFeedToken, removeFeedToken } from './feeds-api.ts';
import { getSearch, getSearches, patchSearch, postSearch, removeSearch } from './searches/searches-api.ts';
import { getTemplates, postTemplatePreview, putTemplate, removeTemplate } from './templates-api.ts';
import {
  getMetricAlert,
  getMetricAlerts,
  patchMetricAlert,
  postMetricAlert,
  postMetricDryRun,
  removeMetricAlert,
} from './metric-alerts-api.ts';
import {
  getSubscription,
  getSubscriptions,
  patchSubscription,
  postSubscription,
  removeSubscription,
} from './subscriptions-api.ts';

/** The operations about alerts, in the order in which they are read. */
export const ALERT_OPERATIONS = [
  getSubscriptions,
  postSubscription,
  getSubscription,
  patchSubscription,
  removeSubscription,
  getSearches,
  postSearch,
  getSearch,
  patchSearch,
  removeSearch,
  getMetricAlerts,
  postMetricAlert,
  postMetricDryRun,
  getMetricAlert,
  patchMetricAlert,
  removeMetricAlert,
  getEndpoints,
  postEndpoint,
  getEndpoint,
  patchEndpoint,
  removeEndpoint,
  postRotation,
  postEndpointTest,
  getAlerts,
  getAlertCounts,
  getEscalation,
  putEscalation,
  removeEscalation,
  getAlert,
  patchAlert,
  postAcknowledgement,
  getProposals,
  postExclusion,
  getExclusions,
  removeExclusion,
  getDeliveries,
  getDeliveryHealth,
  getDelivery,
  postReplay,
  postReplays,
  getEvents,
  getEventStream,
  getTemplates,
  putTemplate,
  removeTemplate,
  postTemplatePreview,
  getPushBrowsers,
  postPushBrowser,
  removePushBrowser,
  getFeedTokens,
  postFeedToken,
  removeFeedToken,
];
