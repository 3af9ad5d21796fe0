import { error, fail } from '@sveltejs/kit';
import { formatOfFile } from '#lib/domain/tables/file-format.ts';
import { textsOf } from '#lib/i18n/texts.ts';
import { importLabs, importMaterials, importTerms } from '#lib/server/eligibility/import-others.ts';
import { importProducts } from '#lib/server/eligibility/import-products.ts';
import { errorLines } from '#lib/server/eligibility/intake-report.ts';
import { mayKeepLabs } from '#lib/server/eligibility/labs-api.ts';
import { intakesOf } from '#lib/server/eligibility/portfolio.ts';
import { authorOf } from '#lib/server/eligibility/portfolio-change.ts';
import { fileProblemText } from '#lib/server/tables/problem-text.ts';
import type { Actions, PageServerLoad } from './$types';

const LISTED_MAX = 20;
const ERRORS_SHOWN_MAX = 50;
/** A form holds its file in memory; larger ones are sent by program. */
const FILE_BYTES_MAX = 32 * 1024 * 1024;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, actor, language } = locals;
  const firm = actor?.firm && actor.firm_scopes.includes('portfolio:read') ? actor.firm : null;
  const keeps_labs = mayKeepLabs(actor);
  if (!firm && !keeps_labs) error(403, textsOf(language)('portfolio.page.not_allowed'));
  const [own, labs] = await Promise.all([
    firm ? intakesOf(app, firm.id, LISTED_MAX) : [],
    keeps_labs ? intakesOf(app, null, LISTED_MAX) : [],
  ]);
  return {
    loads_portfolio: firm !== null && (actor?.firm_scopes.includes('portfolio:write') ?? false),
    keeps_labs,
    kind: url.searchParams.get('kind'),
    intakes: [...own, ...labs].sort((a, b) => b.created_at.getTime() - a.created_at.getTime()),
  };
};

export const actions: Actions = {
  default: async ({ locals, request }) => {
    const { app, actor, language } = locals;
    const text = textsOf(language);
    const may_load = actor?.firm_scopes.includes('portfolio:write') ?? false;
    if (!actor || !(may_load || mayKeepLabs(actor))) error(403, text('portfolio.page.read_only'));
    const form = await request.formData();
    const kind = form.get('kind');
    const given = form.get('file');
    if (!(given instanceof File) || given.size === 0)
      return fail(400, { refused: text('portfolio.load.no_file') });
    const format = formatOfFile(given.name);
    if (!format) return fail(400, { refused: text('portfolio.load.not_a_table', { name: given.name }) });
    if (given.size > FILE_BYTES_MAX) return fail(400, { refused: text('portfolio.load.too_large') });
    const bytes = new Uint8Array(await given.arrayBuffer());
    const file = {
      format,
      charset: null,
      bytes: (async function* () {
        yield await Promise.resolve(bytes);
      })(),
      file_name: given.name,
    };
    const is_operators = kind === 'labs' || kind === 'glossary';
    if (is_operators && !mayKeepLabs(actor)) error(403, text('portfolio.labs.analysts_only'));
    if (!is_operators && (!may_load || !actor.firm)) error(403, text('portfolio.page.read_only'));
    const report =
      kind === 'glossary'
        ? await importTerms(app, { actor_id: actor.id }, file)
        : kind === 'labs' || !actor.firm
          ? await importLabs(app, { actor_id: actor.id, actor_name: actor.name.slice(0, 200) }, file)
          : kind === 'materials'
            ? await importMaterials(app, authorOf(actor.firm.id, actor), file)
            : await importProducts(app, authorOf(actor.firm.id, actor), {
                ...file,
                state: form.get('confirm') === 'on' ? 'confirmed' : 'draft',
              });
    const { rejected_rows, problem, ...counts } = report;
    if (problem && counts.received === 0) return fail(400, { refused: fileProblemText(problem, language) });
    return {
      done: {
        ...counts,
        problem: problem && fileProblemText(problem, language),
        errors: errorLines(rejected_rows, language, ERRORS_SHOWN_MAX),
      },
    };
  },
};
