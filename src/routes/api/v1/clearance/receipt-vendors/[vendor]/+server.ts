import { respond } from '#lib/server/http/operation.ts';
import { putReceiptVendor } from '#lib/server/clearance/receipts-api.ts';
import type { RequestHandler } from './$types';

export const PUT: RequestHandler = (event) => respond(putReceiptVendor, event);
