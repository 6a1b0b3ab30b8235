package io.oxbow.broker.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.BaseRecords;

/**
 * Makes requests from a seed, of any API and version: well-formed for the codec, with values that
 * are valid, nearly valid or odd. Times are short, so that nothing waits for long.
 */
public final class RandomRequests {

    private static final List<String> ODD_NAMES =
            List.of("", "unknown", "no good!", "__consumer_offsets", "g", "1", "x".repeat(300));
    private static final int[] INTS = {-2, -1, 0, 0, 0, 1, 1, 2, 7, 1000, Integer.MAX_VALUE};
    private static final long[] LONGS = {-5, -3, -2, -1, 0, 0, 1, 2, 100, Long.MAX_VALUE};

    private final SplittableRandom random;
    private final List<String> names;
    private final List<Uuid> ids;

    /**
     * @param names of what exists
     * @param ids of what exists
     */
    public RandomRequests(long seed, List<String> names, List<Uuid> ids) {
        random = new SplittableRandom(seed);
        this.names = new ArrayList<>(names);
        this.names.addAll(ODD_NAMES);
        this.ids = new ArrayList<>(ids);
        this.ids.add(Uuid.ZERO_UUID);
        this.ids.add(new Uuid(77, 88));
    }

    /** A request's body in wire format. */
    public ByteBuffer body(ApiKeys api, short version) {
        ApiMessage message = ApiMessageType.fromApiKey(api.id).newRequest();
        fill(message, version, 0);
        var written = MessageUtil.toByteBufferAccessor(message, version);
        return written.buffer();
    }

    private void fill(Message message, short version, int depth) {
        Method[] setters =
                Arrays.stream(message.getClass().getMethods())
                        .filter(m -> m.getName().startsWith("set") && m.getParameterCount() == 1)
                        .filter(m -> m.getReturnType() == message.getClass())
                        .sorted(Comparator.comparing(Method::getName))
                        .toArray(Method[]::new);
        for (Method setter : setters) {
            Object before = get(message, setter);
            if (random.nextInt(8) != 0) {
                Object value = value(setter, version, depth);
                set(message, setter, value);
                if (!fits(message, version)) {
                    set(message, setter, before);
                }
            }
        }
    }

    private static boolean fits(Message message, short version) {
        try {
            MessageUtil.toByteBufferAccessor(message, version);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private Object value(Method setter, short version, int depth) {
        String name = setter.getName().toLowerCase(Locale.ROOT);
        Class<?> type = setter.getParameterTypes()[0];
        if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == byte.class) {
            return (byte) random.nextInt(-1, 5);
        } else if (type == short.class) {
            return name.contains("acks") ? (short) -1 : (short) random.nextInt(-2, 4);
        } else if (type == int.class) {
            boolean time = name.contains("ms") || name.contains("timeout");
            return time ? random.nextInt(0, 100) : INTS[random.nextInt(INTS.length)];
        } else if (type == long.class) {
            return LONGS[random.nextInt(LONGS.length)];
        } else if (type == double.class) {
            return random.nextDouble(-1, 2);
        } else if (type == String.class) {
            return random.nextInt(10) == 0 ? null : names.get(random.nextInt(names.size()));
        } else if (type == Uuid.class) {
            return ids.get(random.nextInt(ids.size()));
        } else if (type == byte[].class) {
            return random.nextInt(4) == 0 ? null : new byte[random.nextInt(20)];
        } else if (type == ByteBuffer.class) {
            return ByteBuffer.allocate(random.nextInt(20));
        } else if (BaseRecords.class.isAssignableFrom(type)) {
            return random.nextInt(4) == 0 ? null : Batches.plain("a", "b");
        } else if (Collection.class.isAssignableFrom(type)) {
            return list(setter.getGenericParameterTypes()[0], type, version, depth);
        } else if (Message.class.isAssignableFrom(type)) {
            return struct(type, version, depth);
        }
        return null;
    }

    private Object list(Type generic, Class<?> type, short version, int depth) {
        Collection<Object> list = List.class == type ? new ArrayList<>() : made(type);
        Type element = elementOf(generic, type);
        int size = depth > 3 ? 0 : random.nextInt(4);
        for (int i = 0; i < size; i++) {
            Object next = null;
            if (element == Integer.class) {
                next = INTS[random.nextInt(INTS.length)];
            } else if (element == Short.class) {
                next = (short) random.nextInt(-1, 4);
            } else if (element == Byte.class) {
                next = (byte) random.nextInt(-1, 5);
            } else if (element == Long.class) {
                next = LONGS[random.nextInt(LONGS.length)];
            } else if (element == String.class) {
                next = names.get(random.nextInt(names.size()));
            } else if (element == Uuid.class) {
                next = ids.get(random.nextInt(ids.size()));
            } else if (element instanceof Class<?> struct
                    && Message.class.isAssignableFrom(struct)) {
                next = struct(struct, version, depth + 1);
            }
            if (next != null) {
                list.add(next);
            }
        }
        return list;
    }

    @SuppressWarnings("unchecked")
    private static Collection<Object> made(Class<?> type) {
        try {
            return (Collection<Object>) type.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Type elementOf(Type generic, Class<?> type) {
        Type parameterized =
                generic instanceof ParameterizedType ? generic : type.getGenericSuperclass();
        return ((ParameterizedType) parameterized).getActualTypeArguments()[0];
    }

    private Object struct(Class<?> type, short version, int depth) {
        try {
            var made = (Message) type.getConstructor().newInstance();
            fill(made, version, depth);
            return made;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object get(Message message, Method setter) {
        String field = setter.getName().substring(3);
        String getter = Character.toLowerCase(field.charAt(0)) + field.substring(1);
        try {
            return message.getClass().getMethod(getter).invoke(message);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static void set(Message message, Method setter, Object value) {
        try {
            if (value == null && setter.getParameterTypes()[0].isPrimitive()) {
                return;
            }
            setter.invoke(message, value);
        } catch (InvocationTargetException | IllegalArgumentException e) {
            Objects.requireNonNull(e); // out of the field's range: it stays as it is
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
