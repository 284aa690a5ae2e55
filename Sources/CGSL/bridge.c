#include "CGSL.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_statistics_double.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

_Static_assert(ULONG_MAX == UINT64_MAX, "a GSL generator yields unsigned long: it must hold 64 bits");
_Static_assert(ORRERY_GSL_INVALID == GSL_EINVAL, "status of GSL");
_Static_assert(ORRERY_GSL_BAD_FUNCTION == GSL_EBADFUNC, "status of GSL");
_Static_assert(ORRERY_GSL_ITERATIONS == GSL_EMAXITER, "status of GSL");

/* GSL's default handler aborts the process. It is global, so it is set once, before there are threads. */
__attribute__((constructor)) static void turn_error_handler_off(void) { gsl_set_error_handler_off(); }

/* xoshiro256** 1.0 (Blackman and Vigna, 2021), step for step as SimulationKernel.RandomStream. */
static unsigned long next_word(void *state) {
    uint64_t *s = ((orrery_gsl_stream *)state)->words;
    uint64_t scrambled = s[1] * 5;
    uint64_t result = (scrambled << 7 | scrambled >> 57) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = s[3] << 45 | s[3] >> 19;
    return result;
}

static double next_uniform(void *state) { return (double)(next_word(state) >> 11) * 0x1p-53; }

/* Streams are seeded in Swift; GSL calls this only from functions that are not used here. */
static void ignore_seed(void *state, unsigned long seed) {
    (void)state;
    (void)seed;
}

static const gsl_rng_type stream_type = {
    .name = "orrery-xoshiro256**",
    .max = ULONG_MAX,
    .min = 0,
    .size = sizeof(orrery_gsl_stream),
    .set = ignore_seed,
    .get = next_word,
    .get_double = next_uniform,
};

double orrery_gsl_gamma(orrery_gsl_stream *stream, double shape, double scale) {
    gsl_rng generator = {&stream_type, stream};
    return gsl_ran_gamma(&generator, shape, scale);
}

double orrery_gsl_beta(orrery_gsl_stream *stream, double a, double b) {
    gsl_rng generator = {&stream_type, stream};
    return gsl_ran_beta(&generator, a, b);
}

unsigned int orrery_gsl_poisson(orrery_gsl_stream *stream, double mean) {
    gsl_rng generator = {&stream_type, stream};
    return gsl_ran_poisson(&generator, mean);
}

unsigned int orrery_gsl_binomial(orrery_gsl_stream *stream, double probability, unsigned int trials) {
    gsl_rng generator = {&stream_type, stream};
    return gsl_ran_binomial(&generator, probability, trials);
}

double orrery_gsl_mean(const double *values, size_t count) { return gsl_stats_mean(values, 1, count); }

double orrery_gsl_variance(const double *values, size_t count) { return gsl_stats_variance(values, 1, count); }

double orrery_gsl_quantile_of_sorted(const double *sorted, size_t count, double probability) {
    return gsl_stats_quantile_from_sorted_data(sorted, 1, count, probability);
}

double orrery_gsl_normal_cdf(double x) { return gsl_cdf_ugaussian_P(x); }

double orrery_gsl_normal_quantile(double probability) { return gsl_cdf_ugaussian_Pinv(probability); }

double orrery_gsl_student_cdf(double x, double degrees) { return gsl_cdf_tdist_P(x, degrees); }

double orrery_gsl_student_quantile(double probability, double degrees) {
    return gsl_cdf_tdist_Pinv(probability, degrees);
}

double orrery_gsl_chi_squared_cdf(double x, double degrees) { return gsl_cdf_chisq_P(x, degrees); }

double orrery_gsl_chi_squared_quantile(double probability, double degrees) {
    return gsl_cdf_chisq_Pinv(probability, degrees);
}

int orrery_gsl_fit_line(const double *x, const double *y, size_t count, orrery_gsl_line *line) {
    return gsl_fit_linear(
        x, 1, y, 1, count, &line->intercept, &line->slope, &line->intercept_variance, &line->covariance,
        &line->slope_variance, &line->residual_sum_of_squares);
}

int orrery_gsl_root(
    orrery_gsl_function function, void *context, double lower, double upper, orrery_gsl_tolerance tolerance,
    double *root) {
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    if (solver == NULL) return GSL_ENOMEM;
    gsl_function target = {function, context};
    int status = gsl_root_fsolver_set(solver, &target, lower, upper);
    for (int step = 0; status == GSL_SUCCESS; step++) {
        *root = gsl_root_fsolver_root(solver);
        int found = gsl_root_test_interval(
            gsl_root_fsolver_x_lower(solver), gsl_root_fsolver_x_upper(solver), tolerance.absolute,
            tolerance.relative);
        if (found != GSL_CONTINUE) {
            status = found;
            break;
        }
        status = step < tolerance.iterations ? gsl_root_fsolver_iterate(solver) : GSL_EMAXITER;
    }
    gsl_root_fsolver_free(solver);
    return status;
}

int orrery_gsl_minimum(
    orrery_gsl_function function, void *context, double guess, double lower, double upper,
    orrery_gsl_tolerance tolerance, double *minimum) {
    gsl_min_fminimizer *solver = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
    if (solver == NULL) return GSL_ENOMEM;
    gsl_function target = {function, context};
    int status = gsl_min_fminimizer_set(solver, &target, guess, lower, upper);
    for (int step = 0; status == GSL_SUCCESS; step++) {
        *minimum = gsl_min_fminimizer_x_minimum(solver);
        int found = gsl_min_test_interval(
            gsl_min_fminimizer_x_lower(solver), gsl_min_fminimizer_x_upper(solver), tolerance.absolute,
            tolerance.relative);
        if (found != GSL_CONTINUE) {
            status = found;
            break;
        }
        status = step < tolerance.iterations ? gsl_min_fminimizer_iterate(solver) : GSL_EMAXITER;
    }
    gsl_min_fminimizer_free(solver);
    return status;
}

typedef struct {
    orrery_gsl_residuals residuals;
    void *context;
    double *parameters, *values;
} curve_target;

/* GSL's vectors may have strides; the caller's arrays have none. */
static int curve_residuals(const gsl_vector *x, void *context, gsl_vector *f) {
    curve_target *target = context;
    for (size_t i = 0; i < x->size; i++) target->parameters[i] = gsl_vector_get(x, i);
    if (target->residuals(target->parameters, target->values, target->context) != 0) return GSL_EBADFUNC;
    for (size_t i = 0; i < f->size; i++) gsl_vector_set(f, i, target->values[i]);
    return GSL_SUCCESS;
}

int orrery_gsl_fit_curve(
    orrery_gsl_residuals residuals, void *context, orrery_gsl_curve curve, double *parameters, double *covariance,
    double *sum_of_squares, int *steps) {
    size_t n = curve.residuals, p = curve.parameters;
    gsl_multifit_nlinear_parameters method = gsl_multifit_nlinear_default_parameters();
    method.trs = gsl_multifit_nlinear_trs_lm;
    method.h_df = 1e-5;
    gsl_multifit_nlinear_workspace *solver = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &method, n, p);
    double *scratch = malloc((n + p) * sizeof(double));
    int status = solver == NULL || scratch == NULL ? GSL_ENOMEM : GSL_SUCCESS;
    if (status == GSL_SUCCESS) {
        curve_target target = {residuals, context, scratch, scratch + p};
        gsl_multifit_nlinear_fdf problem = {
            .f = curve_residuals, .df = NULL, .fvv = NULL, .n = n, .p = p, .params = &target};
        gsl_vector_const_view start = gsl_vector_const_view_array(parameters, p);
        status = gsl_multifit_nlinear_init(&start.vector, &problem, solver);
        int reason = 0;
        if (status == GSL_SUCCESS)
            status = gsl_multifit_nlinear_driver(
                (size_t)curve.iterations, curve.tolerance, curve.tolerance, 0, NULL, NULL, &reason, solver);
        /* No further progress: the last point is as good as arithmetic allows. */
        if (status == GSL_ENOPROG) status = GSL_SUCCESS;
        if (status == GSL_SUCCESS || status == GSL_EMAXITER) {
            const gsl_vector *x = gsl_multifit_nlinear_position(solver);
            const gsl_vector *f = gsl_multifit_nlinear_residual(solver);
            *sum_of_squares = 0;
            for (size_t i = 0; i < p; i++) parameters[i] = gsl_vector_get(x, i);
            for (size_t i = 0; i < n; i++) *sum_of_squares += gsl_vector_get(f, i) * gsl_vector_get(f, i);
            *steps = (int)gsl_multifit_nlinear_niter(solver);
            gsl_matrix_view view = gsl_matrix_view_array(covariance, p, p);
            int found = gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(solver), 1e-10, &view.matrix);
            if (status == GSL_SUCCESS) status = found;
        }
    }
    free(scratch);
    if (solver != NULL) gsl_multifit_nlinear_free(solver);
    return status;
}
