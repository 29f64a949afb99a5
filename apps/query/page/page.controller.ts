import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Contract, nothingAtPath } from '@mps-ledger/platform';
import { PAGE_FILES } from '../tokens';
import type { PageFiles } from './page-files';
import { sendFile } from './send-file';

/** The document is asked for again each time: it names the others. */
const ALWAYS_ASK = 'no-cache';
const FOR_EVER = 'public, max-age=31536000, immutable';

const ABOUT = [
  'mps-ledger: the tasks of Tencent Cloud MPS, by their notifications.',
  'Open this address in a browser to look at them.',
  'The API is described at /openapi.json; /v1/tasks lists the tasks.',
  '',
];
const NOT_BUILT = 'There is no page here: it was not built, which npm run build does.';

/**
 * The page that people look at: files, which show no data and need no key. They are no part of the API: the contract does not name them.
 * What is not a browser gets a few lines of text at `/`.
 */
@Controller()
export class PageController {
  constructor(@Inject(PAGE_FILES) private readonly files: PageFiles | null) {}

  @Get('/')
  @Contract({ id: 'getPage', summary: 'The page', query: {}, answer: 'text', key: 'none' })
  document(@Res({ passthrough: true }) reply: FastifyReply): Buffer | string | undefined {
    if (acceptsPages(reply) && this.files !== null) return sendFile(this.files.document, reply, ALWAYS_ASK);
    void reply.type('text/plain; charset=utf-8').headers({ 'cache-control': ALWAYS_ASK, vary: 'accept' });
    return (this.files === null ? [...ABOUT.slice(0, 1), NOT_BUILT, ...ABOUT.slice(2)] : ABOUT).join('\n');
  }

  @Get('/assets/:file')
  @Contract({ id: 'getPageFile', summary: 'A file of the page', query: {}, answer: 'text', key: 'none' })
  asset(@Param('file') name: string, @Res({ passthrough: true }) reply: FastifyReply): Buffer | undefined {
    const file = this.files?.assets.get(name);
    if (file === undefined) throw nothingAtPath();
    return sendFile(file, reply, FOR_EVER);
  }
}

const acceptsPages = ({ request }: FastifyReply): boolean => /\btext\/html\b/i.test(request.headers.accept ?? '');
