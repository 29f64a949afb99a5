import { SetMetadata, type Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants';
import type { TSchema } from 'typebox';

import type { Parameters } from './parameters';

export interface PathParameter {
  readonly description: string;
  readonly schema: TSchema;
}

/** One operation of an API's contract, declared at its handler. All are GET. */
export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** As in OpenAPI: `/v1/tasks/{id}`. Default: the path of the route. */
  readonly path?: string;
  readonly pathParameters?: Readonly<Record<string, PathParameter>>;
  readonly query: Parameters;
  /** Request header fields that matter, by name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The schema of the answer, by its name in `@Schemas`; `text`: plain text; `bytes`: bytes of any kind; `rows`: lines of JSON, or CSV. */
  readonly answer: string;
  /** Whether it is answered as CSV, too, where that is asked for. Default false. */
  readonly csv?: boolean;
  /** Header fields of the answer, by name. */
  readonly answerHeaders?: readonly string[];
  /** Further statuses that are no problems, with their description: with the schema of the answer, 304 without a body. */
  readonly otherAnswers?: Readonly<Record<number, string>>;
  /** Problems by status: their codes, and when they occur. */
  readonly problems?: Readonly<Record<number, string>>;
  /** Whether it needs a key where the API has keys; `optional`: a client with a key gets more. Default `required`. */
  readonly key?: 'required' | 'optional' | 'none';
  /** The scope that the key must have. Default: any key will do, so that the operation must show nothing of any account. */
  readonly scope?: string;
}

const OPERATION = Symbol('operation');
const SCHEMAS = Symbol('schemas');

/** Declares the contract of a handler. */
export const Contract = (operation: Operation): MethodDecorator => SetMetadata(OPERATION, operation);

/** Declares the schemas that the operations of a controller name. */
export const Schemas = (schemas: Readonly<Record<string, TSchema>>): ClassDecorator => SetMetadata(SCHEMAS, schemas);

/** The operation that a handler declares, if it does. */
export function operationOf(handler: object): Operation | undefined {
  return Reflect.getMetadata(OPERATION, handler) as Operation | undefined;
}

/** The operations of these controllers by path, in the order of their declaration. */
export function operationsOf(controllers: readonly Type[]): readonly (readonly [path: string, Operation])[] {
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Readonly<Record<string, object>>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = prototype[name] ?? {};
      const operation = operationOf(handler);
      return operation === undefined ? [] : [[operation.path ?? pathOf(controller, handler), operation] as const];
    });
  });
}

/** The schemas of these controllers by name. */
export function schemasOf(controllers: readonly Type[]): Readonly<Record<string, TSchema>> {
  return Object.assign(
    {},
    ...controllers.map((controller) => Reflect.getMetadata(SCHEMAS, controller) as object),
  ) as Record<string, TSchema>;
}

function pathOf(controller: Type, handler: object): string {
  const parts = [controller, handler].map((at) => Reflect.getMetadata(PATH_METADATA, at) as string);
  return `/${parts.join('/')}`
    .replace(/\/+/g, '/')
    .replace(/(?<=.)\/$/, '')
    .replace(/:(\w+)/g, '{$1}');
}
