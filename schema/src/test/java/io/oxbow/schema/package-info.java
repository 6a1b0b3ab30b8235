@NullMarked
package io.oxbow.schema;

import org.jspecify.annotations.NullMarked;
