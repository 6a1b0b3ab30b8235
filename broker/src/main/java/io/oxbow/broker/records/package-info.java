/** DeleteRecords: raises partitions' log start offsets. */
@NullMarked
package io.oxbow.broker.records;

import org.jspecify.annotations.NullMarked;
