package org.septum.compress;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.Convolution;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NetworkGraph.Node;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

/** conv - ReLU - conv as numbers computed elsewhere have it: what the second convolution reads, and what it is. */
final class CapFixture {

    final JsonNode json;

    final LinearMap map;

    final KernelMatrix matrix;

    /** (rows, features), all places of all samples. */
    final double[] rows;

    final FeatureStatistics statistics;

    private CapFixture(JsonNode json, KernelMatrix matrix, LinearMap map, double[] rows) {
        this.json = json;
        this.matrix = matrix;
        this.map = map;
        this.rows = rows;
        this.statistics = statistics(matrix.features(), rows);
    }

    static NDManager manager() {
        return ComputeDevice.engine("PyTorch").newBaseManager(Device.cpu());
    }

    static FeatureStatistics statistics(int features, double... rows) {
        FeatureStatistics statistics = new FeatureStatistics(features);
        try (NDManager manager = manager()) {
            // in two parts, as from two tiles
            int half = rows.length / features / 2 * features;
            statistics.add(Arrays.copyOf(rows, half), manager);
            statistics.add(Arrays.copyOfRange(rows, half, rows.length), manager);
        }
        return statistics;
    }

    static JsonNode read(String name) {
        try (InputStream in = CapFixture.class.getResourceAsStream("/fixtures/" + name + ".json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }

    static double[] numbers(JsonNode list) {
        double[] values = new double[list.size()];
        Arrays.setAll(values, i -> list.get(i).asDouble());
        return values;
    }

    double[] tensor(String name) {
        return numbers(json.get("tensors").get(name).get("data"));
    }

    static Tensor tensor(JsonNode tensor) {
        double[] values = numbers(tensor.get("data"));
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++)
            floats[i] = (float) values[i];
        List<Long> shape = new ArrayList<>();
        tensor.get("shape").forEach(s -> shape.add(s.asLong()));
        return Tensor.of(shape, floats);
    }

    /** {@code cap_compensation_1x1} or {@code _3x3}. */
    static CapFixture of(String name) {
        JsonNode json = read(name);
        JsonNode tensors = json.get("tensors");
        int k = tensors.get("conv2_weight").get("shape").get(2).asInt();
        Node conv = new Node("conv2", new Convolution(8, 4, List.of(k, k)), List.of(NetworkGraph.INPUT));
        KernelMatrix matrix = KernelMatrix.of(conv);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        weights.put("conv2.weight", tensor(tensors.get("conv2_weight")));
        weights.put("conv2.bias", tensor(tensors.get("conv2_bias")));
        double[][] samples = new double[6][];
        for (int n = 0; n < samples.length; n++)
            samples[n] = unfolded(hidden(tensors, n), k);
        return new CapFixture(json, matrix, matrix.map(new NamedWeights(weights), false), joined(samples));
    }

    /** What the second convolution reads in one sample, (8, 8, 8), in double precision. */
    private static double[][][] hidden(JsonNode tensors, int sample) {
        double[] input = numbers(tensors.get("input").get("data"));
        double[] weight = numbers(tensors.get("conv1_weight").get("data"));
        double[] bias = numbers(tensors.get("conv1_bias").get("data"));
        double[][][] x = new double[2][8][8];
        for (int i = 0; i < 128; i++)
            x[i / 64][i / 8 % 8][i % 8] = input[sample * 128 + i];
        double[] patches = unfolded(x, 3);
        double[][][] hidden = new double[8][8][8];
        for (int p = 0; p < 64; p++) {
            for (int o = 0; o < 8; o++) {
                double sum = bias[o];
                for (int f = 0; f < 18; f++)
                    sum += weight[o * 18 + f] * patches[p * 18 + f];
                hidden[o][p / 8][p % 8] = Math.max(0, sum);
            }
        }
        return hidden;
    }

    /** Every patch of k × k with zeros around, row-major. */
    private static double[] unfolded(double[][][] x, int k) {
        int size = x[0].length;
        double[] rows = new double[size * size * x.length * k * k];
        int next = 0;
        for (int p = 0; p < size * size; p++) {
            for (double[][] channel : x) {
                for (int t = 0; t < k * k; t++) {
                    int row = p / size + t / k - k / 2;
                    int column = p % size + t % k - k / 2;
                    boolean inside = row >= 0 && row < size && column >= 0 && column < size;
                    rows[next++] = inside ? channel[row][column] : 0;
                }
            }
        }
        return rows;
    }

    private static double[] joined(double[]... parts) {
        return Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
    }

    /** Features of the channels that the fixture keeps. */
    int[] kept() {
        return matrix
                .features(Arrays.stream(numbers(json.get("kept_channels_sorted"))).mapToInt(v -> (int) v).toArray());
    }

    /** Mean over rows of the squared difference that another map makes, summed over outputs. */
    static double measured(LinearMap whole, LinearMap small, int[] kept, double... rows) {
        int features = whole.weights()[0].length;
        double sum = 0;
        for (int at = 0; at < rows.length; at += features) {
            double[] row = Arrays.copyOfRange(rows, at, at + features);
            for (int o = 0; o < whole.outputs(); o++) {
                double difference = Products.dot(whole.weights()[o], row) + whole.bias(o)
                        - Products.dot(small.weights()[o], Products.pick(row, kept)) - small.bias(o);
                sum += difference * difference;
            }
        }
        return sum / (rows.length / features);
    }

    /** Random numbers, independent. */
    static double[] random(long seed, int n) {
        Random random = new Random(seed);
        return random.doubles(n).map(v -> v * 2 - 1).toArray();
    }
}
