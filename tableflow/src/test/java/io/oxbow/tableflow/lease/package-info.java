/** Tests of the leases of tables. */
@NullMarked
package io.oxbow.tableflow.lease;

import org.jspecify.annotations.NullMarked;
