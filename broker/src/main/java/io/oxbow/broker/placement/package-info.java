/** Places of new partitions: the broker that leads each, by zone, number and traffic. */
@NullMarked
package io.oxbow.broker.placement;

import org.jspecify.annotations.NullMarked;
