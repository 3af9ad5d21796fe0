import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Firm } from '#lib/domain/accounts/actor.ts';
import { materialContent } from '#lib/domain/eligibility/material.ts';
import { postProduct } from '#lib/server/eligibility/products-api.ts';
import { getMaterials } from '#lib/server/eligibility/materials-api.ts';
import { deleteSupplierRequest, postSupplierRequest } from '#lib/server/eligibility/supplier-requests-api.ts';
import { answerRequest, requestOfLink } from '#lib/server/eligibility/supplier-requests.ts';
import { ask } from '../support/ask.ts';
import { useDatabase } from '../support/database.ts';
import { createFirm, firmActor } from '../support/factories.ts';

const database = useDatabase();
let firm: Firm;
const manager = () => firmActor(firm, ['portfolio:read', 'portfolio:write']);

beforeAll(async () => {
  firm = await createFirm(database.current.owner);
});

async function asked(code: string): Promise<{ id: string; token: string }> {
  const { app } = database.current;
  const made = await ask(app, postProduct, {
    actor: manager(),
    body: { code, name: code, components: [{ name: 'Teat', use: 'teething' }] },
  });
  const { components } = z
    .object({ components: z.array(z.looseObject({ id: z.string() })) })
    .parse(made.json);
  const body = { component_id: components[0]?.id, supplier: 'Silicone Works' };
  const { status, json } = await ask(app, postSupplierRequest, { actor: manager(), body });
  expect(status).toBe(201);
  const { id, url } = z.object({ id: z.string(), url: z.string() }).parse(json);
  return { id, token: url.split('/').at(-1) ?? '' };
}

const content = materialContent.parse({
  material: 'Silicone',
  declared_by: 'Silicone Works',
  declared_on: '2026-08-01',
  declares: { phthalate_free: true, heavy_metals_ppm: '< 10 ppm' },
});

describe('a link for a supplier', () => {
  it('takes a declaration without an account, for its one component', async () => {
    const { app } = database.current;
    const { token } = await asked('PAC-1');
    const request = await requestOfLink(app, token, '203.0.113.1');
    if (!request || request === 'wait') throw new Error('the link was not found');
    expect(request).toMatchObject({ component: 'Teat', supplier: 'Silicone Works', state: 'open' });
    expect(await answerRequest(app, request, content)).toBe('kept');
    expect(await requestOfLink(app, token, '203.0.113.1')).toMatchObject({ state: 'answered' });
    const { json } = await ask(app, getMaterials, { actor: manager() });
    expect(json).toMatchObject({
      items: [{ component: 'Teat', origin: 'supplier', declared_by: 'Silicone Works' }],
    });
  });

  it('is closed once it is revoked or has expired', async () => {
    const { app } = database.current;
    const { id, token } = await asked('PAC-2');
    const request = await requestOfLink(app, token, '203.0.113.2');
    if (!request || request === 'wait') throw new Error('the link was not found');
    const later = { ...app, now: () => new Date(Date.now() + 31 * 86_400_000) };
    expect(await requestOfLink(later, token, '203.0.113.2')).toMatchObject({ state: 'expired' });
    expect(await answerRequest(later, request, content)).toBe('closed');
    const revoked = await ask(app, deleteSupplierRequest, { actor: manager(), params: { id } });
    expect(revoked.status).toBe(204);
    expect(await answerRequest(app, request, content)).toBe('closed');
  });

  it('is not found by guessing, and who guesses has to wait', async () => {
    const { app } = database.current;
    const { token } = await asked('PAC-3');
    const guess = `${token.slice(0, -4)}AAAA`;
    for (let tries = 0; tries < 100; tries += 1)
      expect(await requestOfLink(app, guess, '203.0.113.3')).toBeNull();
    expect(await requestOfLink(app, token, '203.0.113.3')).toBe('wait');
    expect(await requestOfLink(app, token, '203.0.113.4')).toMatchObject({ state: 'open' });
  });
});
