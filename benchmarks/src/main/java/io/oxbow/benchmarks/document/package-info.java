/** The parts of docs/performance.md that commands write. */
@NullMarked
package io.oxbow.benchmarks.document;

import org.jspecify.annotations.NullMarked;
