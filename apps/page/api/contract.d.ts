/* Made of the contract of apps/query by `npm run page:types`: the operations that the page uses, and what they answer. */

export interface paths {
    "/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTaskHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTaskDiff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTaskWhy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["countTasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listErrors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pipeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getPipeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ErrorGroup: {
            id: string;
            /** @enum {unknown} */
            kind: "workflow" | "edit-media" | "schedule" | "batch" | "extract-blind-watermark" | "live" | "image" | "unknown";
            subtask_kind: string | null;
            definition: string | null;
            error_code: number | string | null;
            /** @enum {unknown} */
            error_class: "invalid-input" | "source-file" | "service" | "unknown";
            retryable: boolean | null;
            message: string | null;
            count: number;
            /** Format: date-time */
            first_seen: string;
            /** Format: date-time */
            last_seen: string;
            hours: {
                /** Format: date-time */
                start: string;
                count: number;
            }[];
            sample_tasks: {
                account: string;
                task_id: string;
            }[];
        };
        ErrorList: {
            ended_after: string | null;
            ended_before: string | null;
            shortened: boolean;
            failures: number;
            groups: number;
            items: components["schemas"]["ErrorGroup"][];
            next_cursor: string | null;
        };
        Event: {
            /** @constant */
            specversion: "1.0";
            id: string;
            source: string;
            type: string;
            subject?: string;
            /** Format: date-time */
            time?: string;
            dataschema: string;
            /** Format: date-time */
            recordedtime: string;
            /** @enum {unknown} */
            trust: "file" | "callback-unsigned" | "callback-signed" | "queue" | "reconciled";
            causationid: string;
            rawoffset: string;
            mapper: string;
            traceparent?: string;
            data: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        Explanation: {
            subtask: string | null;
            values: string[];
            shown: {
                [key: string]: unknown;
            };
            /** @enum {unknown} */
            rule: "end" | "report" | "maximum" | "computed";
            because: string | null;
            set_by: components["schemas"]["WhySource"] | null;
            lost: {
                position: string;
                event_id: string;
                type: string;
                occurred: string | null;
                notification_id: string;
                receipt: string;
                /** Format: date-time */
                received: string;
                /** @enum {unknown} */
                trust: "file" | "callback-unsigned" | "callback-signed" | "queue" | "reconciled";
                said: unknown;
                said_is_long: boolean;
                /** @enum {unknown} */
                lost_by: "lower-status" | "empty" | "report-status" | "trust" | "asked-time" | "finish-time" | "failed-over-succeeded" | "content" | "event-id" | "lower-number" | "later-record";
            }[];
            lost_count: number;
        };
        ExplanationList: {
            version: number;
            items: components["schemas"]["Explanation"][];
            next_cursor: string | null;
        };
        History: {
            items: components["schemas"]["HistoryItem"][];
            next_cursor: string | null;
        };
        HistoryItem: {
            position: string;
            /** Format: date-time */
            logged: string;
            annotations: ("duplicate" | "late" | "reopened" | "parked")[];
            event: components["schemas"]["Event"];
        } | {
            position: string;
            /** Format: date-time */
            logged: string;
            annotations: ("duplicate" | "late" | "reopened" | "parked")[];
            reason: string;
            event: unknown;
        };
        Pipeline: {
            /** @enum {unknown} */
            state: "fresh" | "behind" | "unknown";
            complete_as_of: string | null;
            lag_seconds: number | null;
            position: string;
            partitions: {
                partition: number;
                position: number;
                raw_position: number;
                complete_as_of: string | null;
                lag: {
                    seconds: number | null;
                    notifications: number | null;
                    events: number | null;
                };
            }[];
            holes: {
                partition: number;
                from: number;
                to: number;
                passed_over: boolean;
            }[];
            parked: {
                count: number;
                is_more: boolean;
                reasons: {
                    reason: string;
                    count: number;
                    /** Format: date-time */
                    first_logged: string;
                    /** Format: date-time */
                    last_logged: string;
                }[];
            } | null;
            rejected: {
                last: {
                    notification_id: string | null;
                    account: string | null;
                    source: string | null;
                    received: string | null;
                    reason: string | null;
                } | null;
            };
            sources: {
                source: string;
                account: string;
                /** Format: date-time */
                last_received: string;
                last_rejected: string | null;
                silent_seconds: number | null;
            }[];
            sources_cut: boolean;
            builds: {
                build: string;
                /** @enum {unknown} */
                state: "live";
                fold_version: number | null;
                log_id: string;
                log_generation: number;
                event_generation: number;
            }[];
            balances: {
                /** @enum {unknown} */
                name: "notifications" | "rejected" | "events";
                meaning: string;
                /** @enum {unknown} */
                verdict: "balanced" | "under-way" | "unbalanced" | "unknown";
                why: string | null;
                received: number | null;
                applied: number;
                waiting: number | null;
            }[];
            unknown: {
                member: string;
                why: string;
            }[];
        };
        Subtask: {
            key: string;
            kind: string;
            definition: string | null;
            /** @enum {unknown} */
            status: "unknown" | "queued" | "processing" | "succeeded" | "failed";
            progress: number | null;
            error_code: number | string | null;
            error_code_ext: string | null;
            error_class: ("invalid-input" | "source-file" | "service" | "unknown") | null;
            retryable: boolean | null;
            error_note: string | null;
            message: string | null;
            input: unknown;
            output: unknown;
            contradicted: boolean;
            revised: boolean;
            superseded: boolean;
            twins: {
                total: number;
                succeeded: number;
                failed: number;
            } | null;
            ends: {
                /** @enum {unknown} */
                end: "succeeded" | "failed";
                error_code: number | string | null;
                error_code_ext: string | null;
                error_class: ("invalid-input" | "source-file" | "service" | "unknown") | null;
                retryable: boolean | null;
                message: string | null;
                output: unknown;
                /** @enum {unknown} */
                trust: "file" | "callback-unsigned" | "callback-signed" | "queue" | "reconciled";
                time: string | null;
            }[];
        };
        Task: {
            account: string;
            task_id: string;
            /** @enum {unknown} */
            kind: "workflow" | "edit-media" | "schedule" | "batch" | "extract-blind-watermark" | "live" | "image" | "unknown";
            /** @enum {unknown} */
            status: "unknown" | "queued" | "processing" | "finished";
            error_code: number | string | null;
            outcome: ("succeeded" | "partially-failed" | "failed" | "undetermined") | null;
            confirmation: ("unconfirmed" | "confirmed") | null;
            contradicted: boolean;
            revised: boolean;
            parked: number;
            incomplete: boolean;
            version: number;
            /** Format: date-time */
            first_received: string;
            /** Format: date-time */
            updated: string;
            error_class: ("invalid-input" | "source-file" | "service" | "unknown") | null;
            retryable: boolean | null;
            error_note: string | null;
            message: string | null;
            outcome_reason: string | null;
            session_id: string | null;
            session_context: string | null;
            input: unknown;
            output: unknown;
            metadata: {
                [key: string]: unknown;
            } | null;
            live: {
                start_offset: number;
                end_offset: number;
            } | null;
            state_digest: string;
            subtasks: components["schemas"]["Subtask"][];
        };
        TaskCounts: {
            total: number;
            estimated: boolean;
            sample: {
                one_of: number;
                matching: number;
            } | null;
            counts: {
                /** @enum {unknown} */
                status: "unknown" | "queued" | "processing" | "finished";
                outcome: ("succeeded" | "partially-failed" | "failed" | "undetermined") | null;
                count: number;
            }[];
        };
        TaskDiff: {
            from: {
                version: number;
                position: string;
                /** Format: date-time */
                updated: string;
            };
            to: {
                version: number;
                position: string;
                /** Format: date-time */
                updated: string;
            };
            patch: ({
                /** @enum {unknown} */
                op: "add" | "replace";
                path: string;
                value: unknown;
            } | {
                /** @constant */
                op: "remove";
                path: string;
            })[];
        };
        TaskFields: {
            account?: string;
            task_id?: string;
            /** @enum {unknown} */
            kind?: "workflow" | "edit-media" | "schedule" | "batch" | "extract-blind-watermark" | "live" | "image" | "unknown";
            /** @enum {unknown} */
            status?: "unknown" | "queued" | "processing" | "finished";
            error_code?: number | string | null;
            outcome?: ("succeeded" | "partially-failed" | "failed" | "undetermined") | null;
            confirmation?: ("unconfirmed" | "confirmed") | null;
            contradicted?: boolean;
            revised?: boolean;
            parked?: number;
            incomplete?: boolean;
            version?: number;
            /** Format: date-time */
            first_received?: string;
            /** Format: date-time */
            updated?: string;
            error_class?: ("invalid-input" | "source-file" | "service" | "unknown") | null;
            retryable?: boolean | null;
            session_id?: string | null;
            failed_subtask?: {
                kind: string;
                definition: string | null;
                error_code: number | string | null;
                error_code_ext: string | null;
                message: string | null;
                count: number;
            } | null;
        };
        TaskList: {
            items: (components["schemas"]["TaskListItem"] | components["schemas"]["TaskFields"])[];
            next_cursor: string | null;
        };
        TaskListItem: {
            account: string;
            task_id: string;
            /** @enum {unknown} */
            kind: "workflow" | "edit-media" | "schedule" | "batch" | "extract-blind-watermark" | "live" | "image" | "unknown";
            /** @enum {unknown} */
            status: "unknown" | "queued" | "processing" | "finished";
            error_code: number | string | null;
            outcome: ("succeeded" | "partially-failed" | "failed" | "undetermined") | null;
            confirmation: ("unconfirmed" | "confirmed") | null;
            contradicted: boolean;
            revised: boolean;
            parked: number;
            incomplete: boolean;
            version: number;
            /** Format: date-time */
            first_received: string;
            /** Format: date-time */
            updated: string;
            error_class: ("invalid-input" | "source-file" | "service" | "unknown") | null;
            retryable: boolean | null;
            session_id: string | null;
        };
        UsageCount: {
            /** Format: date */
            day?: string;
            account?: string;
            /** @enum {unknown} */
            kind?: "workflow" | "edit-media" | "schedule" | "batch" | "extract-blind-watermark" | "live" | "image" | "unknown";
            subtask_kind?: string | null;
            definition?: string | null;
            tasks: number;
            failed_tasks: number;
            subtasks: number;
            failed_subtasks: number;
            output_seconds: number;
            output_minutes: number;
            output_bytes: number;
        };
        UsageList: {
            total: components["schemas"]["UsageTotals"];
            items: components["schemas"]["UsageCount"][];
            next_cursor: string | null;
        };
        UsageTotals: {
            tasks: number;
            failed_tasks: number;
            subtasks: number;
            failed_subtasks: number;
            output_seconds: number;
            output_minutes: number;
            output_bytes: number;
        };
        WhySource: {
            position: string;
            event_id: string;
            type: string;
            occurred: string | null;
            notification_id: string;
            receipt: string;
            /** Format: date-time */
            received: string;
            /** @enum {unknown} */
            trust: "file" | "callback-unsigned" | "callback-signed" | "queue" | "reconciled";
            said: unknown;
            said_is_long: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getTask: {
        parameters: {
            query?: {
                account?: string;
                receipt?: string;
                until?: "finished";
                min_position?: string;
                at?: string;
                at_version?: number;
            };
            header?: {
                Prefer?: string;
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
        };
    };
    getTaskHistory: {
        parameters: {
            query?: {
                account?: string;
                type?: ("mps.notification.received" | "mps.task.queued" | "mps.task.started" | "mps.task.finished" | "mps.task.reported" | "mps.media.probed" | "mps.subtask.queued" | "mps.subtask.started" | "mps.subtask.reported" | "mps.subtask.progressed" | "mps.subtask.succeeded" | "mps.subtask.failed" | "mps.subtask.counted" | "mps.live.result-reported" | "mps.live.ended")[];
                trust?: ("file" | "callback-unsigned" | "callback-signed" | "queue" | "reconciled")[];
                annotation?: ("duplicate" | "late" | "reopened" | "parked")[];
                limit?: number;
                cursor?: string;
                min_position?: string;
            };
            header?: {
                Prefer?: string;
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["History"];
                };
            };
        };
    };
    getTaskDiff: {
        parameters: {
            query: {
                account?: string;
                from: number;
                to?: number;
                min_position?: string;
            };
            header?: {
                Prefer?: string;
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskDiff"];
                };
            };
        };
    };
    getTaskWhy: {
        parameters: {
            query?: {
                account?: string;
                at_version?: number;
                subtask?: string;
                value?: "status" | "error_code" | "error_code_ext" | "error_class" | "retryable" | "error_note" | "message" | "output" | "confirmation" | "outcome" | "contradicted" | "revised" | "superseded" | "kind" | "session_id" | "session_context" | "input" | "progress" | "metadata" | "live" | "twins";
                limit?: number;
                cursor?: string;
                min_position?: string;
            };
            header?: {
                Prefer?: string;
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplanationList"];
                };
            };
        };
    };
    listTasks: {
        parameters: {
            query?: {
                account?: string[];
                status?: ("unknown" | "queued" | "processing" | "finished")[];
                outcome?: ("succeeded" | "partially-failed" | "failed" | "undetermined")[];
                kind?: ("workflow" | "edit-media" | "schedule" | "batch" | "extract-blind-watermark" | "live" | "image" | "unknown")[];
                confirmation?: ("unconfirmed" | "confirmed")[];
                contradicted?: "true" | "false";
                parked?: "true" | "false";
                error_code?: string[];
                session_id?: string[];
                received_after?: string;
                received_before?: string;
                updated_after?: string;
                updated_before?: string;
                q?: string;
                input?: string[];
                output?: string[];
                order?: "first_received" | "updated";
                fields?: ("account" | "task_id" | "kind" | "status" | "error_code" | "outcome" | "confirmation" | "contradicted" | "revised" | "parked" | "incomplete" | "version" | "first_received" | "updated" | "error_class" | "retryable" | "session_id" | "failed_subtask")[];
                limit?: number;
                cursor?: string;
                min_position?: string;
            };
            header?: {
                Prefer?: string;
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskList"];
                };
            };
        };
    };
    countTasks: {
        parameters: {
            query?: {
                account?: string[];
                status?: ("unknown" | "queued" | "processing" | "finished")[];
                outcome?: ("succeeded" | "partially-failed" | "failed" | "undetermined")[];
                kind?: ("workflow" | "edit-media" | "schedule" | "batch" | "extract-blind-watermark" | "live" | "image" | "unknown")[];
                confirmation?: ("unconfirmed" | "confirmed")[];
                contradicted?: "true" | "false";
                parked?: "true" | "false";
                error_code?: string[];
                session_id?: string[];
                received_after?: string;
                received_before?: string;
                updated_after?: string;
                updated_before?: string;
                q?: string;
                input?: string[];
                output?: string[];
                min_position?: string;
            };
            header?: {
                Prefer?: string;
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskCounts"];
                };
            };
        };
    };
    listErrors: {
        parameters: {
            query?: {
                account?: string[];
                kind?: ("workflow" | "edit-media" | "schedule" | "batch" | "extract-blind-watermark" | "live" | "image" | "unknown")[];
                subtask_kind?: string[];
                definition?: string[];
                error_code?: string[];
                error_class?: ("invalid-input" | "source-file" | "service" | "unknown")[];
                ended_after?: string;
                ended_before?: string;
                limit?: number;
                cursor?: string;
                min_position?: string;
            };
            header?: {
                Prefer?: string;
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorList"];
                };
            };
        };
    };
    listUsage: {
        parameters: {
            query?: {
                account?: string[];
                kind?: ("workflow" | "edit-media" | "schedule" | "batch" | "extract-blind-watermark" | "live" | "image" | "unknown")[];
                subtask_kind?: string[];
                definition?: string[];
                ended_after?: string;
                ended_before?: string;
                by?: ("day" | "account" | "kind" | "subtask_kind" | "definition")[];
                format?: "json" | "csv";
                limit?: number;
                cursor?: string;
                min_position?: string;
            };
            header?: {
                Prefer?: string;
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageList"];
                    "text/csv": string;
                };
            };
        };
    };
    getPipeline: {
        parameters: {
            query?: {
                min_position?: string;
            };
            header?: {
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pipeline"];
                };
            };
        };
    };
}
