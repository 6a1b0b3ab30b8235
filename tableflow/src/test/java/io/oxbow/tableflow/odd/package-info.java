/** Records and schemas that nobody should send, and what becomes of their neighbours. */
@NullMarked
package io.oxbow.tableflow.odd;

import org.jspecify.annotations.NullMarked;
