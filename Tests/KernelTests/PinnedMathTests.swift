import Glibc
import SimulationKernel
import Testing

/// References computed with 300 bits of precision: the argument, the nearest double, and the true value less that
/// double in units in its last place, so that errors well below one unit can be told.
@Suite("Pinned mathematics")
struct PinnedMathTests {
    struct Reference: Sendable {
        var x: UInt64
        var y: UInt64 = 0
        var nearest: UInt64
        var rest: Double
    }

    /// Distance of `computed` from the true value in units in the last place of the nearest double.
    private func error(of computed: Double, from reference: Reference) -> Double {
        let nearest = Double(bitPattern: reference.nearest)
        return abs((computed - nearest) / nearest.ulp - reference.rest)
    }

    /// ln x
    static let logarithms: [Reference] = [
        Reference(x: 0x3ff0_0000_0000_0001, nearest: 0x3caf_ffff_ffff_ffff, rest: 0.0000),
        Reference(x: 0x3fef_ffff_ffff_ffff, nearest: 0xbca0_0000_0000_0000, rest: -0.2500),
        Reference(x: 0x3ff1_9999_9999_999a, nearest: 0x3fb8_663f_793c_46cc, rest: 0.4271),
        Reference(x: 0x3fec_cccc_cccc_cccd, nearest: 0xbfba_f8e8_210a_415c, rest: 0.3466),
        Reference(x: 0x3ff6_a09e_667f_3bcd, nearest: 0x3fd6_2e42_fefa_39f0, rest: 0.4403),
        Reference(x: 0x3ff6_a09e_667f_3bcc, nearest: 0x3fd6_2e42_fefa_39ee, rest: -0.3881),
        Reference(x: 0x3fe6_a09e_667f_3bcc, nearest: 0xbfd6_2e42_fefa_39f1, rest: 0.1941),
        Reference(x: 0x3fe6_a09e_667f_3bcd, nearest: 0xbfd6_2e42_fefa_39ee, rest: 0.0225),
        Reference(x: 0x4000_0000_0000_0000, nearest: 0x3fe6_2e42_fefa_39ef, rest: 0.2089),
        Reference(x: 0x4024_0000_0000_0000, nearest: 0x4002_6bb1_bbb5_5516, rest: -0.4888),
        Reference(x: 0x01a5_6e1f_c2f8_f359, nearest: 0xc085_9634_47f8_7fb5, rest: -0.2082),
        Reference(x: 0x0000_0000_0000_0001, nearest: 0xc087_4385_446d_71c3, rest: -0.3890),
        Reference(x: 0x0010_0000_0000_0000, nearest: 0xc086_232b_dd7a_bcd2, rest: -0.2417),
        Reference(x: 0x7fef_ffff_ffff_ffff, nearest: 0x4086_2e42_fefa_39ef, rest: 0.2079),
        Reference(x: 0x3fe0_0000_0000_0000, nearest: 0xbfe6_2e42_fefa_39ef, rest: -0.2089),
        Reference(x: 0x4008_0000_0000_0000, nearest: 0x3ff1_93ea_7aad_030b, rest: -0.4085),
        Reference(x: 0x3ff5_9999_9999_999a, nearest: 0x3fd3_34e9_e47d_07f6, rest: -0.2245),
        Reference(x: 0x3fe8_0000_0000_0000, nearest: 0xbfd2_6962_1134_db92, rest: -0.4697),
        Reference(x: 0x3ffc_fb00_0ee4_25a8, nearest: 0x3fe3_0252_6001_8c82, rest: -0.3048),
        Reference(x: 0x3ff5_f5cb_4725_8f3f, nearest: 0x3fd4_43d4_3797_78ad, rest: 0.1429),
        Reference(x: 0x3ff8_873e_6b85_1531, nearest: 0x3fdb_57e0_e334_ffb2, rest: -0.1473),
        Reference(x: 0x3ffc_f29d_c09a_d58e, nearest: 0x3fe2_f90f_19f6_7ac2, rest: 0.2486),
        Reference(x: 0x3fe0_a103_4d64_5f3e, nearest: 0xbfe4_f267_76da_4acf, rest: 0.2803),
        Reference(x: 0x3ff4_57dd_c765_b96b, nearest: 0x3fce_bd8a_a3af_1a49, rest: 0.4686),
        Reference(x: 0x3ffc_f550_ac67_f3f1, nearest: 0x3fe2_fc0a_bc27_2d21, rest: 0.4500),
        Reference(x: 0x3ffb_e87d_f54f_48f0, nearest: 0x3fe1_cd76_4dda_4229, rest: 0.0502),
        Reference(x: 0x3ff2_5587_ab9f_290c, nearest: 0x3fc1_6e26_e22a_aacf, rest: -0.4535),
        Reference(x: 0x3fd5_ae2e_606e_82a0, nearest: 0xbff1_51d0_f86f_de2b, rest: -0.1927),
        Reference(x: 0x3fea_5664_d341_0108, nearest: 0xbfc8_ed56_fd71_a1f5, rest: -0.3747),
        Reference(x: 0x3fff_cd85_604c_cef0, nearest: 0x3fe5_fba0_64b1_daf4, rest: -0.1069),
        Reference(x: 0x3fca_6e72_a400_a1d8, nearest: 0xbff9_3d57_a869_7d51, rest: -0.3062),
        Reference(x: 0x3fe4_6cc6_9bcb_951a, nearest: 0xbfdc_bc1a_550a_0cb0, rest: 0.1130),
        Reference(x: 0x7830_e431_f33e_90be, nearest: 0x4083_7f17_ea72_3945, rest: 0.2160),
        Reference(x: 0x399b_e306_dd0c_686f, nearest: 0xc051_894f_0042_0ab0, rest: 0.1098),
        Reference(x: 0x1b83_c4c8_3cc7_1769, nearest: 0xc079_3e4a_f0da_91b6, rest: -0.2952),
        Reference(x: 0x290c_030a_09d4_7430, nearest: 0xc06f_ba66_332a_b908, rest: -0.0357),
        Reference(x: 0x7303_50c6_f43b_6d15, nearest: 0x4081_b3ea_a261_b4ae, rest: 0.4126),
        Reference(x: 0x2b61_99f7_79bf_d3fa, nearest: 0xc06c_7e66_a713_62f4, rest: 0.4892),
        Reference(x: 0x36da_ca11_4290_98dc, nearest: 0xc059_2bc7_dc7c_be80, rest: -0.0095),
        Reference(x: 0x4fe4_a4f3_4958_2ed9, nearest: 0x4066_203c_7c10_a004, rest: -0.3835),
    ]

    /// ln (1 + x)
    static let logarithms1p: [Reference] = [
        Reference(x: 0x01a5_6e1f_c2f8_f359, nearest: 0x01a5_6e1f_c2f8_f359, rest: 0.0000),
        Reference(x: 0x3c67_0ef5_4646_d497, nearest: 0x3c67_0ef5_4646_d497, rest: -0.0325),
        Reference(x: 0x3ddb_7cdf_d9d7_bdbb, nearest: 0x3ddb_7cdf_d9d1_d693, rest: -0.2623),
        Reference(x: 0xbddb_7cdf_d9d7_bdbb, nearest: 0xbddb_7cdf_d9dd_a4e3, rest: -0.2623),
        Reference(x: 0x3fd0_0000_0000_0000, nearest: 0x3fcc_8ff7_c79a_9a22, rest: -0.3275),
        Reference(x: 0xbfd0_0000_0000_0000, nearest: 0xbfd2_6962_1134_db92, rest: -0.4697),
        Reference(x: 0x3fe0_0000_0000_0000, nearest: 0x3fd9_f323_ecbf_984c, rest: -0.0519),
        Reference(x: 0xbfe0_0000_0000_0000, nearest: 0xbfe6_2e42_fefa_39ef, rest: -0.2089),
        Reference(x: 0xbfef_ff2e_48e8_a71e, nearest: 0xc022_6bb1_bbb5_5554, rest: 0.4888),
        Reference(x: 0x40f8_6a00_0000_0000, nearest: 0x4027_069f_7a2d_94f6, rest: -0.2079),
        Reference(x: 0x3eff_7510_4d55_1d69, nearest: 0x3eff_74f1_6101_d066, rest: -0.3282),
    ]

    /// e^x
    static let exponentials: [Reference] = [
        Reference(x: 0x3bc7_9ca1_0c92_4223, nearest: 0x3ff0_0000_0000_0000, rest: 0.0000),
        Reference(x: 0xbbc7_9ca1_0c92_4223, nearest: 0x3ff0_0000_0000_0000, rest: -0.0000),
        Reference(x: 0x3fd6_2d0e_5604_1893, nearest: 0x3ff6_a031_46cf_6ead, rest: -0.1151),
        Reference(x: 0xbfd6_2eb1_c432_ca58, nearest: 0x3fe6_a077_3cd6_78a4, rest: -0.4295),
        Reference(x: 0x3fd6_2e42_fefa_39ef, nearest: 0x3ff6_a09e_667f_3bcc, rest: 0.4908),
        Reference(x: 0x3ff0_0000_0000_0000, nearest: 0x4005_bf0a_8b14_5769, rest: 0.3255),
        Reference(x: 0xbff0_0000_0000_0000, nearest: 0x3fd7_8b56_362c_ef38, rest: -0.2239),
        Reference(x: 0x4024_0000_0000_0000, nearest: 0x40d5_829d_cf95_0560, rest: -0.3788),
        Reference(x: 0xc024_0000_0000_0000, nearest: 0x3f07_cd79_b564_7c9b, rest: -0.3892),
        Reference(x: 0x4086_2d99_9999_999a, nearest: 0x7fed_75ae_7a50_ee14, rest: -0.2066),
        Reference(x: 0xc086_2266_6666_6666, nearest: 0x0011_9e98_b83d_e7a3, rest: 0.4064),
        Reference(x: 0xc087_2000_0000_0000, nearest: 0x0000_0000_0000_0055, rest: -0.2190),
        Reference(x: 0xc087_4800_0000_0000, nearest: 0x0000_0000_0000_0001, rest: -0.4287),
        Reference(x: 0x3fe0_0000_0000_0000, nearest: 0x3ffa_6129_8e1e_069c, rest: -0.2131),
        Reference(x: 0x3ff0_a2b2_3f3b_ab73, nearest: 0x4006_a09e_667f_3bcc, rest: -0.0105),
        Reference(x: 0x4032_55c9_63cf_f4b2, nearest: 0x4195_e2ec_438f_dd68, rest: -0.3574),
        Reference(x: 0xbfde_48a9_1da1_d580, nearest: 0x3fe3_efbc_eeff_584c, rest: -0.4386),
        Reference(x: 0xc039_1cae_b7f3_d225, nearest: 0x3dab_4d8b_b928_4cf8, rest: -0.2917),
        Reference(x: 0x4011_9204_d747_7e50, nearest: 0x4054_3667_bb6f_4edf, rest: 0.3113),
        Reference(x: 0xc03b_e4e8_607c_8354, nearest: 0x3d6b_0b2c_d666_b15c, rest: 0.0998),
        Reference(x: 0xc038_5418_aedf_327c, nearest: 0x3dbd_e2c7_f978_2925, rest: -0.2889),
        Reference(x: 0xc032_946a_5619_6d95, nearest: 0x3e42_5115_7025_a9b5, rest: -0.1232),
        Reference(x: 0x4027_366c_1577_6980, nearest: 0x40fa_cda8_e771_cbfd, rest: 0.0008),
        Reference(x: 0xc029_fbba_2b6c_8e70, nearest: 0x3ec3_1eb2_b136_b184, rest: 0.0655),
        Reference(x: 0x4026_d479_62da_0bd4, nearest: 0x40f6_22e9_d6c7_19cf, rest: 0.4837),
        Reference(x: 0xc034_32f3_d6d2_00a3, nearest: 0x3e1d_0503_86d0_ab2e, rest: -0.4731),
        Reference(x: 0xc036_f02d_0135_145c, nearest: 0x3dde_019a_7c65_7412, rest: -0.0920),
        Reference(x: 0xc03c_996c_cbfe_4c2e, nearest: 0x3d5a_b89a_c42b_dcdc, rest: 0.3153),
        Reference(x: 0x4028_b1ac_f582_67b0, nearest: 0x410c_1c0b_6bc9_b32d, rest: 0.3129),
        Reference(x: 0x407f_e7d5_dc26_67b8, nearest: 0x6df6_54bc_402a_375f, rest: -0.2557),
        Reference(x: 0xc078_67db_c098_a984, nearest: 0x1cb8_f07b_37f9_bdf4, rest: 0.0333),
        Reference(x: 0xc076_d43c_72d8_2826, nearest: 0x1f00_62ae_1b7c_87b5, rest: -0.3628),
        Reference(x: 0xc085_4db0_3ecd_1cb5, nearest: 0x0276_9bf4_d63f_3d5d, rest: 0.1605),
        Reference(x: 0x406a_1360_adc5_340c, nearest: 0x52be_fffd_e30f_9162, rest: -0.0676),
        Reference(x: 0xc071_43fa_fcce_a7fd, nearest: 0x2705_f787_d263_881d, rest: 0.1725),
        Reference(x: 0xc07f_b259_cc58_1c18, nearest: 0x1234_4677_8a06_416b, rest: 0.4681),
        Reference(x: 0x406a_6e3c_2990_e510, nearest: 0x5300_91b3_fc5b_a573, rest: -0.3691),
    ]

    /// x^y
    static let powers: [Reference] = [
        Reference(x: 0x4000_0000_0000_0000, y: 0x3fe0_0000_0000_0000, nearest: 0x3ff6_a09e_667f_3bcd, rest: -0.4354),
        Reference(x: 0x4024_0000_0000_0000, y: 0x4073_4000_0000_0000, nearest: 0x7fe1_ccf3_85eb_c8a0, rest: -0.0550),
        Reference(x: 0x4024_0000_0000_0000, y: 0xc072_c000_0000_0000, nearest: 0x01a5_6e1f_c2f8_f359, rest: -0.1512),
        Reference(x: 0x3ff0_0000_0006_df38, y: 0x4237_4876_e800_0000, nearest: 0x40d5_829e_f9ff_2017, rest: -0.2723),
        Reference(x: 0x3fef_ffff_fff2_4190, y: 0xc292_309c_e540_0000, nearest: 0x6d04_5bd9_e4c6_95ef, rest: 0.2233),
        Reference(x: 0x3ff6_9fbe_76c8_b439, y: 0x409f_4000_0000_0000, nearest: 0x7e67_a861_952e_2f24, rest: -0.0838),
        Reference(x: 0x3fe6_a161_e4f7_65fe, y: 0xc09f_1800_0000_0000, nearest: 0x7e18_9dc5_ef8d_056f, rest: 0.1343),
        Reference(x: 0x4008_0000_0000_0000, y: 0x4000_0000_0000_0000, nearest: 0x4022_0000_0000_0000, rest: 0.0000),
        Reference(x: 0x401c_0000_0000_0000, y: 0x4008_0000_0000_0000, nearest: 0x4075_7000_0000_0000, rest: 0.0000),
        Reference(x: 0xc000_0000_0000_0000, y: 0x4008_0000_0000_0000, nearest: 0xc020_0000_0000_0000, rest: 0.0000),
        Reference(x: 0xbff8_0000_0000_0000, y: 0x4010_0000_0000_0000, nearest: 0x4014_4000_0000_0000, rest: 0.0000),
        Reference(x: 0x3fe0_0000_0000_0000, y: 0x4090_c800_0000_0000, nearest: 0x0000_0000_0000_0001, rest: 0.0000),
        Reference(x: 0x3ff6_a09e_667f_3bcd, y: 0x409f_fe00_0000_0000, nearest: 0x7fea_e89f_995a_d7d1, rest: 0.4674),
        Reference(x: 0x0000_0000_0000_0001, y: 0x3fe0_0000_0000_0000, nearest: 0x1e60_0000_0000_0000, rest: 0.0000),
        Reference(x: 0x7fef_ffff_ffff_ffff, y: 0x3fd3_3333_3333_3333, nearest: 0x5322_6111_86ba_e64c, rest: -0.3502),
        Reference(x: 0x402f_c3b4_5882_7816, y: 0xc009_40e5_119c_16a0, nearest: 0x3f25_3699_cbfd_9b0a, rest: 0.4141),
        Reference(x: 0x3f11_64e8_02a7_e2ec, y: 0x4020_a3f6_771b_66ec, nearest: 0x38b6_ef6c_82d3_44a2, rest: -0.3594),
        Reference(x: 0x4012_bbda_fcb4_63f8, y: 0xc010_1a8f_b94c_5010, nearest: 0x3f60_5ba9_96cb_b416, rest: 0.1063),
        Reference(x: 0x3f18_0819_e818_c79d, y: 0x4039_bae4_c44c_ea2e, nearest: 0x2a5d_6e70_d66b_1a8a, rest: -0.5000),
        Reference(x: 0x40d7_0d52_43dd_0def, y: 0x4026_c6be_92e0_b8f8, nearest: 0x4a45_9d71_122b_e88b, rest: -0.3054),
        Reference(x: 0x412c_a485_409a_6583, y: 0x4013_4968_ecdb_42e8, nearest: 0x45e9_5471_5849_ab67, rest: 0.2150),
        Reference(x: 0x3f8b_afae_18bd_b15b, y: 0xc037_04e3_3632_ef6c, nearest: 0x48de_57ce_7b72_7948, rest: 0.3355),
        Reference(x: 0x4033_cccc_57f8_9da8, y: 0x3ff2_b56f_6735_2390, nearest: 0x4040_6968_5852_486f, rest: 0.2688),
        Reference(x: 0x3fc5_f866_f8c7_8aba, y: 0x403d_8edf_0c4a_ddb2, nearest: 0x3b3c_cd3c_dfef_82bd, rest: -0.0575),
        Reference(x: 0x40c7_e7f0_b5db_0290, y: 0xc037_1c30_619e_d5a8, nearest: 0x2c52_22da_bb24_2d89, rest: 0.3703),
        Reference(x: 0x40e4_a825_b1d9_5509, y: 0xc03d_e148_75ec_c302, nearest: 0x233b_9eba_fd28_5931, rest: -0.0532),
        Reference(x: 0x4050_a9f1_79ae_2816, y: 0xc026_2929_b9ea_7db4, nearest: 0x3bbd_3286_9044_9936, rest: 0.2028),
        Reference(x: 0x4082_4519_415d_ff68, y: 0x403b_26f4_636e_37aa, nearest: 0x4f87_b157_b8ae_9cc1, rest: -0.1012),
        Reference(x: 0x4002_8ec1_9ff5_ba47, y: 0x402f_8cd9_c0e1_d18c, nearest: 0x4121_c0f1_f2fb_7a7f, rest: 0.2638),
        Reference(x: 0x3ed2_0e3f_6e4d_5bf2, y: 0x4024_14d5_5e76_2054, nearest: 0x34c0_34bd_7ce5_c43e, rest: 0.2148),
        Reference(x: 0x3efa_066f_8ebf_a858, y: 0xc005_7e1d_d290_40e8, nearest: 0x4281_253a_83d3_1298, rest: 0.2529),
        Reference(x: 0x3f84_4469_f7a2_d364, y: 0xc039_9d26_0fb2_41a5, nearest: 0x4a97_9997_2bf4_a7a5, rest: 0.2691),
        Reference(x: 0x408d_a43c_b50c_5936, y: 0xc038_677c_a681_0fa6, nearest: 0x30d9_28c1_bdd0_b654, rest: -0.0858),
        Reference(x: 0x3f53_987b_16c5_578b, y: 0xc038_d84b_f054_1b5e, nearest: 0x4f02_29c8_32c4_8cca, rest: -0.1653),
        Reference(x: 0x4056_7d33_e129_f2c8, y: 0xc027_e101_470b_9b58, nearest: 0x3b16_9d1e_b890_4fc6, rest: -0.3058),
        Reference(x: 0x3ecb_568e_edbf_856f, y: 0xc03c_5f0f_918a_c044, nearest: 0x6041_7e4e_1977_8ce1, rest: -0.1883),
        Reference(x: 0x3f3b_93ef_1cff_5cb1, y: 0x3fd9_7f97_305f_bd80, nearest: 0x3fa7_2273_65d7_82bc, rest: -0.4857),
        Reference(x: 0x3eb6_6938_0443_8f90, y: 0xc03c_92a9_2f8e_f460, nearest: 0x62c7_b664_4752_e66a, rest: -0.3144),
        Reference(x: 0x4059_54fb_8393_4735, y: 0x3ffa_34dd_f38c_e580, nearest: 0x409e_219a_382b_8de5, rest: -0.4043),
        Reference(x: 0x3fe9_dbfe_3c74_413a, y: 0x4093_4aca_6013_22a8, nearest: 0x2836_2e43_34d9_80fd, rest: -0.1046),
        Reference(x: 0x3fe9_a062_448a_6cec, y: 0x4096_27dd_18f0_a95c, nearest: 0x2388_d1cf_263b_5e75, rest: -0.4151),
        Reference(x: 0x3ff0_2aba_3e8e_cd2d, y: 0xc0e2_9373_d125_0492, nearest: 0x1c55_865e_d04a_94e8, rest: 0.1744),
        Reference(x: 0x3feb_74f7_6c59_6e1e, y: 0x40a3_8b4a_75ed_4202, nearest: 0x1d64_cd69_011e_97a1, rest: -0.1006),
        Reference(x: 0x3fee_1dc6_d6cd_1b64, y: 0xc093_d6c7_6ec8_e7c5, nearest: 0x46e1_88cb_2d12_4ee7, rest: 0.2366),
        Reference(x: 0x3ff6_8b07_836c_5424, y: 0x4082_e1e9_25de_c11c, nearest: 0x529d_20e2_e514_c572, rest: 0.0760),
        Reference(x: 0x3ff0_f0e7_f3fa_d454, y: 0xc0c7_c47f_6e34_539b, nearest: 0x0139_4a1c_b0f3_2baf, rest: -0.2064),
        Reference(x: 0x3feb_3a29_8901_30d0, y: 0xc092_2d06_b1ee_c01c, nearest: 0x50e0_bffb_3377_ac26, rest: -0.0263),
    ]

    @Test("log within one unit in the last place", arguments: logarithms)
    func log(reference: Reference) {
        #expect(error(of: PinnedMath.log(Double(bitPattern: reference.x)), from: reference) < 1)
    }

    @Test("log1p within two units in the last place", arguments: logarithms1p)
    func log1p(reference: Reference) {
        #expect(error(of: PinnedMath.log1p(Double(bitPattern: reference.x)), from: reference) < 2)
    }

    @Test("exp within one unit in the last place", arguments: exponentials)
    func exp(reference: Reference) {
        #expect(error(of: PinnedMath.exp(Double(bitPattern: reference.x)), from: reference) < 1)
    }

    @Test("pow within one unit in the last place", arguments: powers)
    func pow(reference: Reference) {
        let computed = PinnedMath.pow(Double(bitPattern: reference.x), Double(bitPattern: reference.y))
        #expect(error(of: computed, from: reference) < 1)
    }

    @Test("Random arguments agree with the system's library to two units in the last place")
    func systemLibrary() {
        var random = RandomStream(seed: 2, name: "pinned mathematics")
        var worst = 0.0
        for _ in 0..<20_000 {
            let x = (random.uniform() - 0.5) * 1400
            let base = Glibc.exp((random.uniform() - 0.5) * 20)
            let exponent = (random.uniform() - 0.5) * 100
            for (ours, theirs) in [
                (PinnedMath.exp(x), Glibc.exp(x)), (PinnedMath.log(base), Glibc.log(base)),
                (PinnedMath.pow(base, exponent), Glibc.pow(base, exponent)),
            ] where theirs.isNormal {
                worst = max(worst, abs(ours - theirs) / theirs.ulp)
            }
        }
        #expect(worst <= 2)
    }

    @Test("Special values of log and exp")
    func specialValues() {
        #expect(PinnedMath.log(0) == -.infinity)
        #expect(PinnedMath.log(-1).isNaN)
        #expect(PinnedMath.log(.nan).isNaN)
        #expect(PinnedMath.log(.infinity) == .infinity)
        #expect(PinnedMath.log(1) == 0)
        #expect(PinnedMath.log1p(-1) == -.infinity)
        #expect(PinnedMath.log1p(-2).isNaN)
        #expect(PinnedMath.log1p(.infinity) == .infinity)
        #expect(PinnedMath.log1p(-0.0).sign == .minus)
        #expect(PinnedMath.exp(0) == 1)
        #expect(PinnedMath.exp(.infinity) == .infinity)
        #expect(PinnedMath.exp(-.infinity) == 0)
        #expect(PinnedMath.exp(.nan).isNaN)
        #expect(PinnedMath.exp(709.79) == .infinity)
        #expect(PinnedMath.exp(-745.2) == 0)
        #expect(PinnedMath.exp(-745.13) == .leastNonzeroMagnitude)
    }

    /// NaN equals NaN here, and zero differs from negative zero.
    private func same(_ a: Double, _ b: Double) -> Bool { a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern }

    @Test("Special values of pow are those of the C standard")
    func powerSpecialValues() {
        let values: [Double] = [
            0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 4, .infinity, -.infinity, .nan, 1e300, -1e300, 1e-300,
            9_007_199_254_740_991, 4_503_599_627_370_497, 0x1p60, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
        ]
        for x in values {
            for y in values {
                let expected = Glibc.pow(x, y)
                let computed = PinnedMath.pow(x, y)
                let close = expected.isNormal && abs(computed - expected) <= 2 * expected.ulp
                #expect(same(computed, expected) || close, "pow(\(x), \(y)) = \(computed), not \(expected)")
            }
        }
    }
}
