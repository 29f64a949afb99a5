'use strict';

/** That a property fails is enough to know; to look for its smallest counterexample would take minutes. */
require('fast-check').configureGlobal({ endOnFailure: true });
