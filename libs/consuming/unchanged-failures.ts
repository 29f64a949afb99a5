import { Catch } from '@nestjs/common';
import type { ExceptionFilter } from '@nestjs/common';
import { throwError } from 'rxjs';
import type { Observable } from 'rxjs';

/** Passes failures of a handler on to `LogSource` unchanged; Nest would replace them by "Internal server error". */
@Catch()
export class UnchangedFailures implements ExceptionFilter {
  catch(failure: unknown): Observable<never> {
    return throwError(() => failure);
  }
}
