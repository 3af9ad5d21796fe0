import { respond } from '#lib/server/http/operation.ts';
import { getReceiptVendors } from '#lib/server/clearance/receipts-api.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => respond(getReceiptVendors, event);
