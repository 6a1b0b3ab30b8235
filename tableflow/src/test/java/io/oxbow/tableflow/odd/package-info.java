/** Tests of records and schemas that nobody should send, and of their neighbours. */
@NullMarked
package io.oxbow.tableflow.odd;

import org.jspecify.annotations.NullMarked;
