/** In-memory stand-ins for what lies under the broker, faithful to the contracts, for its tests. */
@NullMarked
package io.oxbow.broker.memory;

import org.jspecify.annotations.NullMarked;
