/** InitProducerId: ids for idempotent producers, from blocks that the controller gives out. */
@NullMarked
package io.oxbow.broker.producerid;

import org.jspecify.annotations.NullMarked;
